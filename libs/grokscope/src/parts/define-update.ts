import type { Activation, Loss } from '@grokscope/model';
import type { GradientStep, Optimizer, UpdatePart } from '@grokscope/optim';
import { marked, type DefinedPart, type PartMark } from './defined.js';
import { guarded, isTensor, shown, tensorProblem } from './guard.js';
import { markFor, requireFunctions, requireKind, requireParameters } from './required.js';

/* The parts of a training step: losses, activations, gradient steps, optimizers. */

/**
 * Defines a loss: the loss of each scored position, from logits [N, outputs] and labels i32 [N], composed of `ops`. A
 * spec names it by `training.loss`.
 *
 * Throws `PartFault` if something is missing; `apply` raises one if it throws or returns a shape other than [N].
 */
export function defineLoss(loss: Loss): DefinedPart<Loss> {
  const part = markFor('loss', loss.kind, defineLoss);
  requireKind(part, loss.kind, 'kind');
  requireFunctions(part, loss, ['apply']);
  return marked(
    {
      ...loss,
      apply: guarded(part, 'apply', loss.apply, (losses, [logits]) =>
        tensorProblem(losses, [logits.shape[0]!], 'a loss for each scored position'),
      ),
    },
    part,
  );
}

/**
 * Defines an activation function of MLPs, applied entry by entry and composed of `ops`. A spec names it by
 * `model.actFn`.
 *
 * Throws `PartFault` if something is missing; `apply` raises one if it throws or changes the shape.
 */
export function defineActivation(activation: Activation): DefinedPart<Activation> {
  const part = markFor('activation', activation.kind, defineActivation);
  requireKind(part, activation.kind, 'kind');
  requireFunctions(part, activation, ['apply']);
  return marked(
    {
      ...activation,
      apply: guarded(part, 'apply', activation.apply, (values, [x]) =>
        tensorProblem(values, x.shape, 'the shape of its operand'),
      ),
    },
    part,
  );
}

/**
 * Defines an optimizer: what it keeps between steps, the numbers it is fed at each step, and the rule by which a
 * parameter follows its gradient, composed of `ops` that end in `ops.assign`. A spec names it by `optimizer.kind`.
 *
 * Throws `PartFault` if something is missing; its functions raise one if they throw, if `numbers` returns a value that
 * is not finite, or if the rule returns no updates.
 */
export function defineOptimizer(optimizer: Optimizer): DefinedPart<Optimizer> {
  const part = markFor('optimizer', optimizer.kind, defineOptimizer);
  requireKind(part, optimizer.kind, 'kind');
  requireParameters(part, optimizer.parameters);
  requireFunctions(part, optimizer, ['rule']);
  const rule = guarded(part, 'rule', optimizer.rule, (update) =>
    typeof update === 'function'
      ? undefined
      : `returned ${shown(update)}; wanted is a function of a trained parameter`,
  );
  return marked(
    {
      ...optimizer,
      ...guardedUpdate(part, optimizer),
      rule: (graph) => {
        const update = rule(graph);
        return guarded(part, 'rule', update, (updates) =>
          Array.isArray(updates) && updates.length > 0 && updates.every(isTensor)
            ? undefined
            : `returned ${shown(updates)}; wanted is a list of updates, as ops.assign makes them`,
        );
      },
    },
    part,
  );
}

/**
 * Defines a transformation of the gradients that runs before the optimizer; a spec turns it on by its keys in
 * `optimizer`.
 *
 * Throws `PartFault` if something is missing; its functions raise one if they throw.
 */
export function defineGradientStep(step: GradientStep): DefinedPart<GradientStep> {
  const part = markFor('gradientStep', step.kind, defineGradientStep);
  requireKind(part, step.kind, 'kind');
  requireParameters(part, step.parameters);
  requireFunctions(part, step, ['isOn', 'apply']);
  return marked(
    {
      ...step,
      ...guardedUpdate(part, step),
      isOn: guarded(part, 'isOn', step.isOn),
      apply: guarded(part, 'apply', step.apply, (result, [trained]) =>
        result?.trained?.length === trained.length && Array.isArray(result.updates)
          ? undefined
          : `returned ${shown(result)}; wanted are trained, all ${trained.length} parameters, and updates`,
      ),
    },
    part,
  );
}

/** The functions that optimizers and gradient steps share, guarded. */
function guardedUpdate(part: PartMark, { states, numbers }: UpdatePart): UpdatePart {
  return {
    ...(states ? { states: guarded(part, 'states', states) } : {}),
    ...(numbers
      ? {
          numbers: guarded(part, 'numbers', numbers, (values, [, { step }]) => {
            const at = values.findIndex((value) => !Number.isFinite(value));
            return at < 0
              ? undefined
              : `returned ${values[at]} at place ${at} for step ${step}; allowed are finite numbers`;
          }),
        }
      : {}),
  };
}
