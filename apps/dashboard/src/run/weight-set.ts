import type { NamedTensor } from '@grokscope/model';
import { builtInModels, parameters } from '@grokscope/model';
import { shapeOf } from '@grokscope/parts';
import { modelKind, partOf, type RunSpec } from '@grokscope/schema';

/** All weights of one step. */
export interface WeightSet {
  readonly step: number;
  /** TransformerLens names and layout, in the order of `weightNames`. */
  readonly tensors: readonly NamedTensor[];
}

/** The names of a model's weights; those of a model that is not built in are unknown here. */
export const weightNames = (spec: RunSpec): string[] => {
  const part = partOf(builtInModels, modelKind(spec.model));
  if (part === undefined) return [];
  const shape = shapeOf(spec);
  // A task that is unknown here does not change the names of a built-in model's weights.
  if (shape._tag === 'Left') return [...part.tensorNames(spec.model)];
  return parameters(spec.model, shape.right).map(({ name }) => name);
};

/** Size of the values in bytes. */
export const weightBytes = ({ tensors }: WeightSet): number =>
  tensors.reduce((sum, { data }) => sum + data.byteLength, 0);
