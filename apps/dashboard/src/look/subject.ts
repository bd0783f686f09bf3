import type { Network, PairExamples } from '@grokscope/interpret';
import { admitsPairNetwork, networkOf, networkShapeOf, pairExamplesOf } from '@grokscope/interpret';
import { datasetOf } from '@grokscope/parts';
import type { RunSpec } from '@grokscope/schema';
import type { Dataset } from '@grokscope/tasks';
import type { WeightSet } from '../run/weight-set.js';

/** A network and what it was trained on: everything a look needs. */
export interface LookSubject {
  readonly step: number;
  readonly spec: RunSpec;
  readonly dataset: Dataset;
  readonly weights: WeightSet;
  readonly network: Network;
  /** The pairs, if the task is on pairs. */
  readonly pairs: PairExamples | undefined;
  /** Whether the network can be analysed pair by pair: one layer, no normalisation. */
  readonly isOneLayer: boolean;
}

interface TaskExamples {
  readonly key: string;
  readonly dataset: Dataset;
  readonly pairs: PairExamples | undefined;
}

/** Makes subjects; the data of the last task are kept, since they are the same at every step. */
export const createSubjects = (): ((spec: RunSpec, weights: WeightSet) => LookSubject | null) => {
  let prepared: TaskExamples | null = null;
  return (spec, weights) => {
    const key = JSON.stringify([spec.task, spec.data, spec.model]);
    if (prepared?.key !== key) {
      const dataset = datasetOf(spec);
      if (dataset._tag === 'Left') return null;
      prepared = { key, dataset: dataset.right, pairs: pairExamplesOf(dataset.right) };
    }
    const { dataset, pairs } = prepared;
    const network = networkOf(networkShapeOf(spec.model), weights.tensors);
    const isOneLayer = pairs !== undefined && admitsPairNetwork(network);
    return { step: weights.step, spec, dataset, weights, network, pairs, isOneLayer };
  };
};
