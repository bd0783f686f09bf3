import type { NamedTensor } from '@grokscope/model';
import { modelOf, parameters } from '@grokscope/model';
import { shapeOf } from '@grokscope/parts';
import type { RunSpec } from '@grokscope/schema';

/** All weights of one step. */
export interface WeightSet {
  readonly step: number;
  /** TransformerLens names and layout, in the order of `weightNames`. */
  readonly tensors: readonly NamedTensor[];
}

/** The names of a model's weights. */
export const weightNames = (spec: RunSpec): string[] => {
  const shape = shapeOf(spec);
  // A task that is not known here changes no names of a model that is.
  if (shape._tag === 'Left') return [...modelOf(spec.model).tensorNames(spec.model)];
  return parameters(spec.model, shape.right).map(({ name }) => name);
};

/** Bytes of the values. */
export const weightBytes = ({ tensors }: WeightSet): number =>
  tensors.reduce((sum, { data }) => sum + data.byteLength, 0);
