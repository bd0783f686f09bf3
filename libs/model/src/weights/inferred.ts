import type { Shape } from '@grokscope/base';
import type { MlpSpec } from '../models/mlp.js';
import type { TransformerSpec } from '../models/transformer-spec.js';
import { numbersOf, type RawTensor } from './file-tensors.js';

/* What a file's tensors reveal about a model, and helpers to inspect them. */

/** The members of a tensor that inference reads; without a type its values are numbers. */
export type SeenTensor = Pick<RawTensor, 'shape' | 'data'> & Partial<Pick<RawTensor, 'dtype'>>;
export type SeenTensors = ReadonlyMap<string, SeenTensor>;

/**
 * What names, shapes and zeros reveal about a transformer; a key that they do not reveal, or that has its usual value,
 * is absent.
 */
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

/** What they reveal about a multilayer perceptron. */
export type InferredMlp = Pick<MlpSpec, 'kind'> &
  Partial<Pick<MlpSpec, 'hidden' | 'input' | 'dEmbed' | 'sharedEmbedding' | 'combine' | 'biases'>>;

/** What the tensors of a file reveal about a model. */
export type InferredModel = InferredTransformer | InferredMlp;

/** What they reveal about its task: the number of input tokens, the tokens in an example; for an MLP its operands. */
export interface InferredTask {
  readonly dVocab?: number;
  readonly nCtx?: number;
  readonly operands?: { readonly count: number; readonly values: number };
}

/** A model and its task as inferred from a file's tensors. */
export interface Inferred<M extends InferredModel = InferredModel> {
  readonly model: M;
  readonly task: InferredTask;
}

/** Whether an inferred model is a multilayer perceptron. */
export const isInferredMlp = (model: InferredModel): model is InferredMlp =>
  'kind' in model && model.kind === 'mlp';

/** The shape of a tensor, if it exists with this number of dimensions. */
export function shapeIn(tensors: SeenTensors, name: string, rank: number): Shape | undefined {
  const shape = tensors.get(name)?.shape;
  return shape?.length === rank ? shape : undefined;
}

/** Whether any tensor with a matching name has a value other than 0. */
export const hasNonZero = (tensors: SeenTensors, pattern: RegExp): boolean =>
  [...tensors].some(
    ([name, { dtype = 'F32', ...rest }]) =>
      pattern.test(name) && Array.from(numbersOf({ dtype, ...rest })).some((x) => Number(x) !== 0),
  );
