import type { ModelSpec } from '@grokscope/schema';
import { modelKind } from '@grokscope/schema';

/**
 * The decoder-only transformer; nHeads · dHead = dModel. An absent key has the value that its description names first.
 */
export type TransformerSpec = {
  readonly kind?: 'transformer';
  readonly nLayers: number;
  readonly dModel: number;
  readonly nHeads: number;
  readonly dHead: number;
  /** 0: attention only. */
  readonly dMlp: number;
  /** The nonlinearity of the MLP. */
  readonly actFn: string;
  /**
   * With weights (and biases for `layerNorm`), before attention, before the MLP and before unembedding; see
   * `normPosition`.
   */
  readonly normalization: 'none' | 'layerNorm' | 'rmsNorm';
  /** Factor on the standard deviation of every initial weight. */
  readonly initScale: number;
  readonly seed: number;
  /** `vocabulary`: a logit for each token; `classes`: one for each possible answer, without "=". */
  readonly outputs?: 'vocabulary' | 'classes';
  /** `mlp`: b_in and b_out; `all`: those of attention and unembedding too. */
  readonly biases?: 'mlp' | 'all' | 'none';
  /** How positions are encoded: by trained vectors, by waves, by rotating queries and keys, or not at all. */
  readonly positions?: 'learned' | 'sinusoidal' | 'rotary' | 'none';
  /** `pre`: the input of each layer is normalised; `post`: the residual stream is, after each layer has added to it. */
  readonly normPosition?: 'pre' | 'post';
  /** False: W_U is a tensor of its own; true: it is W_E, transposed. */
  readonly tiedEmbeddings?: boolean;
  /**
   * `rate` 1: attention by softmax; below 1: that share of it, and the rest as a constant 1. `causal` true: a token
   * sees no later token.
   */
  readonly attention?: { readonly rate?: number; readonly causal?: boolean };
};

/** Whether a model is a transformer. */
export const isTransformer = (model: ModelSpec | TransformerSpec): model is TransformerSpec =>
  modelKind(model) === 'transformer';
