import type { Shape } from '@grokscope/base';
import type { MlpSpec } from '../models/mlp.js';
import type { TransformerSpec } from '../models/transformer-spec.js';
import { numbersOf, type RawTensor } from './file-tensors.js';

/* What a file's tensors tell of a model, and how they are looked at. */

/** What is inferred from a tensor; without a type its values are numbers. */
export type SeenTensor = Pick<RawTensor, 'shape' | 'data'> & Partial<Pick<RawTensor, 'dtype'>>;
export type SeenTensors = ReadonlyMap<string, SeenTensor>;

/** What names, shapes and zeros say of a transformer; a key that they do not tell, or that is as usual, is absent. */
export type InferredTransformer = Partial<
  Pick<
    TransformerSpec,
    | 'nLayers'
    | 'dModel'
    | 'nHeads'
    | 'dHead'
    | 'dMlp'
    | 'normalization'
    | 'normPosition'
    | 'biases'
    | 'outputs'
    | 'tiedEmbeddings'
  >
>;

/** What they say of a multilayer perceptron. */
export type InferredMlp = Pick<MlpSpec, 'kind'> &
  Partial<Pick<MlpSpec, 'hidden' | 'input' | 'dEmbed' | 'sharedEmbedding' | 'combine' | 'biases'>>;

/** What the tensors of a file reveal of a model. */
export type InferredModel = InferredTransformer | InferredMlp;

/** What they say of its task: tokens in, tokens an example; of an mlp its operands. */
export interface InferredTask {
  readonly dVocab?: number;
  readonly nCtx?: number;
  readonly operands?: { readonly count: number; readonly values: number };
}

/** A model and its task as a file's tensors show them. */
export interface Inferred<M extends InferredModel = InferredModel> {
  readonly model: M;
  readonly task: InferredTask;
}

/** Whether an inferred model is a multilayer perceptron. */
export const isInferredMlp = (model: InferredModel): model is InferredMlp =>
  'kind' in model && model.kind === 'mlp';

/** The shape of a tensor, if it is there with so many dimensions. */
export function shapeIn(tensors: SeenTensors, name: string, rank: number): Shape | undefined {
  const shape = tensors.get(name)?.shape;
  return shape?.length === rank ? shape : undefined;
}

/** Whether a tensor that matches has a value other than 0. */
export const hasNonZero = (tensors: SeenTensors, pattern: RegExp): boolean =>
  [...tensors].some(
    ([name, { dtype = 'F32', ...rest }]) =>
      pattern.test(name) && Array.from(numbersOf({ dtype, ...rest })).some((x) => Number(x) !== 0),
  );
