import type { Graph, Tensor } from '@grokscope/graph';
import type { OptimizerSpec } from '@grokscope/schema';
import { HYPER_INPUT, hyperSize, numberAt, numberOffsets, numbersFrom } from './hyper.js';
import type { PartGraph, StepResult, UpdateRule } from './part.js';
import { builtInOptim, optimizerOf, stepsOf, type OptimParts } from './parts.js';
import { isTrained, rateFactor, type TrainedParameter } from './trained.js';

/**
 * Builds the updates of one step for every parameter, with the states of `optimizerStates`: the gradient steps in their
 * order, then the optimizer's rule. At each step, `HYPER_INPUT` is fed by `hyperAt`, so that learning rate and weight
 * decay may change between steps. Frozen parameters are left out before the gradient steps: clipping measures the
 * gradients of the others. For a tensor with a factor in `lrScale`, the rule multiplies every learning rate by that
 * factor.
 */
export function optimizerUpdates(
  graph: Graph,
  spec: OptimizerSpec,
  parameters: readonly TrainedParameter[],
  parts: OptimParts = builtInOptim,
): readonly Tensor[] {
  const hyper = graph.input(HYPER_INPUT, [hyperSize(spec, parts)]);
  const offsets = numberOffsets(spec, parts);
  const trained = parameters.filter((one) => isTrained(spec, one));
  const partAt = (offset: number): PartGraph => ({
    graph,
    spec,
    hyper,
    number: (i) => numberAt(hyper, offset + i),
  });
  const done = stepsOf(spec, parts).reduce<StepResult>(
    (before, step, i) => {
      const { trained: next, updates } = step.apply(before.trained, partAt(offsets.steps[i]));
      return { trained: next, updates: [...before.updates, ...updates] };
    },
    { trained, updates: [] },
  );
  const optimizer = optimizerOf(spec, parts);
  const rules = new Map<number, UpdateRule>();
  const ruleFor = (name: string): UpdateRule => {
    const factor = rateFactor(spec, name);
    const offset = offsets.optimizer.get(factor)!;
    const rule =
      rules.get(factor) ?? optimizer.rule({ ...partAt(offset), hyper: numbersFrom(hyper, offset) });
    rules.set(factor, rule);
    return rule;
  };
  return [...done.trained.flatMap((one) => ruleFor(one.name)(one)), ...done.updates];
}
