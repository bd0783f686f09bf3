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

/** The names of a model's weights; of one that is not built in none is known here. */
export const weightNames = (spec: RunSpec): string[] => {
  const part = partOf(builtInModels, modelKind(spec.model));
  if (part === undefined) return [];
  const shape = shapeOf(spec);
  // A task that is not known here changes no names of a model that is.
  if (shape._tag === 'Left') return [...part.tensorNames(spec.model)];
  return parameters(spec.model, shape.right).map(({ name }) => name);
};

/** Bytes of the values. */
export const weightBytes = ({ tensors }: WeightSet): number =>
  tensors.reduce((sum, { data }) => sum + data.byteLength, 0);
