import type { Graph, Tensor } from '@grokscope/graph';
import type { OptimizerSpec } from '@grokscope/schema';
import { HYPER_INPUT, hyperSize, numberAt, numberOffsets } from './hyper.js';
import type { PartGraph, StepResult } from './part.js';
import { builtInOptim, optimizerOf, stepsOf, type OptimParts } from './parts.js';
import type { TrainedParameter } from './trained.js';

/**
 * The updates of one step for every parameter, with the states of `optimizerStates`: the gradient steps in their order,
 * then the optimizer's rule. Each step is fed `HYPER_INPUT` by `hyperAt`, so that learning rate and weight decay may
 * change between steps.
 */
export function optimizerUpdates(
  graph: Graph,
  spec: OptimizerSpec,
  trained: readonly TrainedParameter[],
  parts: OptimParts = builtInOptim,
): readonly Tensor[] {
  const hyper = graph.input(HYPER_INPUT, [hyperSize(spec, parts)]);
  const [own, ...offsets] = numberOffsets(spec, parts);
  const partAt = (offset: number): PartGraph => ({
    graph,
    spec,
    hyper,
    number: (i) => numberAt(hyper, offset + i),
  });
  const done = stepsOf(spec, parts).reduce<StepResult>(
    (before, step, i) => {
      const { trained: next, updates } = step.apply(before.trained, partAt(offsets[i]));
      return { trained: next, updates: [...before.updates, ...updates] };
    },
    { trained, updates: [] },
  );
  const rule = optimizerOf(spec, parts).rule(partAt(own));
  return [...done.trained.flatMap(rule), ...done.updates];
}
