import type { Activation } from '@grokscope/model';
import type { ModelSpec } from '@grokscope/schema';
import type { Dataset } from '@grokscope/tasks';
import type { Subject } from '../measures/measure.js';
import { networkShapeOf } from '../network/network.js';
import { pairExamplesOf } from './examples.js';

/** A spec's model on its task, as measures are admitted by. @param activations where its nonlinearity is found */
export function subjectOf(model: ModelSpec, dataset: Dataset, activations?: readonly Activation[]): Subject {
  const pairs = pairExamplesOf(dataset);
  return {
    model: networkShapeOf(model),
    dataset,
    ...(pairs ? { pairs } : {}),
    ...(activations ? { activations } : {}),
  };
}
