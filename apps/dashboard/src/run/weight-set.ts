import type { NamedTensor } from '@grokscope/model';
import { parameters } from '@grokscope/model';
import type { RunSpec } from '@grokscope/schema';

/** All weights of one step. */
export interface WeightSet {
  readonly step: number;
  /** TransformerLens names and layout, in the order of `weightNames`. */
  readonly tensors: readonly NamedTensor[];
}

/** The names of a model's weights. They do not depend on the task's sizes, which is why these may be any. */
export const weightNames = ({ model }: RunSpec): string[] =>
  parameters(model, { dVocab: 1, dVocabOut: 1, nCtx: 1 }).map(({ name }) => name);

/** Bytes of the values. */
export const weightBytes = ({ tensors }: WeightSet): number =>
  tensors.reduce((sum, { data }) => sum + data.byteLength, 0);
