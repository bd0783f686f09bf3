import { ops, type Graph, type Tensor } from '@grokscope/graph';
import type { ModelSpec } from '@grokscope/schema';
import { builtInActivations } from './activations.js';
import { parameters, type TaskDimensions } from './parameters.js';
import { partNamed, type Activation } from './part.js';

/**
 * Examples a forward pass is built for. Values known now (a full batch) let rewrites work on the tokens that occur;
 * tensors are given at run time (batches that change with each step).
 */
export interface Batch {
  readonly nExamples: number;
  /** [nExamples, nCtx] tokens, row-major. */
  readonly tokens: Int32Array | Tensor;
  /** Rows of the residual stream [nExamples·nCtx, dModel] that the loss reads; see `scoredRows`. */
  readonly scored: Int32Array | Tensor;
}

/** A forward pass: logits of the scored positions and the activations on the way, by their TransformerLens names. */
export interface Forward {
  /** [nExamples·nScored, dVocabOut]. */
  readonly logits: Tensor;
  /** `hook_embed`, `blocks.0.attn.hook_pattern`, `blocks.0.mlp.hook_post`, …: [nExamples·nCtx, width]. */
  readonly activations: Readonly<Record<string, Tensor>>;
}

/** Added to the variance of layer normalisation. Source: TransformerLens, `HookedTransformerConfig.eps`. */
const NORMALIZATION_EPS = 1e-5;

/**
 * The decoder-only transformer as plain graph ops: embeddings plus learned positions; in each layer causal attention
 * (scores over √dHead) and, if dMlp > 0, an MLP, each added to the residual stream; unembedding of the scored positions. Layer normalisation stands before attention,
 * before the MLP and before unembedding. Nothing is optimised here: rewrites do that.
 * Source: progress-measures-paper, `transformers.py`; TransformerLens, `HookedTransformer`.
 */
export function buildForward(
  graph: Graph,
  model: ModelSpec,
  task: TaskDimensions,
  batch: Batch,
  activationFunctions: readonly Activation[] = builtInActivations,
): Forward {
  const activation = partNamed(activationFunctions, model.actFn, 'activation function');
  const weights = new Map(
    parameters(model, task).map((info) => [info.name, graph.parameter(info.name, info.graphShape)]),
  );
  const weight = (name: string): Tensor => weights.get(name)!;
  const { nExamples } = batch;
  const { nCtx } = task;
  const positions = graph.constant(Int32Array.from({ length: nExamples * nCtx }, (_, row) => row % nCtx));
  const embed = ops.gather(weight('embed.W_E'), asTensor(graph, batch.tokens));
  const activations: Record<string, Tensor> = { hook_embed: embed };
  /** A value as its reader sees it: normalised, or as it is. */
  const normalized = (x: Tensor, name: string): Tensor =>
    model.normalization === 'none'
      ? x
      : (activations[`${name}.hook_normalized`] = layerNorm(x, weight(`${name}.w`), weight(`${name}.b`)));
  let residual = ops.add(embed, ops.gather(weight('pos_embed.W_pos'), positions));
  for (let layer = 0; layer < model.nLayers; layer++) {
    const block = (name: string): Tensor => weight(`blocks.${layer}.${name}`);
    const note = (name: string, value: Tensor): Tensor => (activations[`blocks.${layer}.${name}`] = value);
    const read = normalized(residual, `blocks.${layer}.ln1`);
    residual = note(
      'hook_resid_mid',
      ops.add(residual, attention(read, model, nCtx, positions, block, note)),
    );
    if (model.dMlp > 0)
      residual = ops.add(residual, mlp(normalized(residual, `blocks.${layer}.ln2`), activation, block, note));
    note('hook_resid_post', residual);
  }
  const scored = ops.gather(normalized(residual, 'ln_final'), asTensor(graph, batch.scored));
  return { logits: ops.matmul(scored, weight('unembed.W_U')), activations };
}

type Weight = (name: string) => Tensor;
type Note = (name: string, value: Tensor) => Tensor;

function attention(
  x: Tensor,
  { nHeads, dHead }: ModelSpec,
  nCtx: number,
  positions: Tensor,
  weight: Weight,
  note: Note,
): Tensor {
  const sizes = { nHeads, nQueries: nCtx, nKeys: nCtx };
  const q = ops.matmul(x, weight('attn.W_Q'));
  const k = ops.matmul(x, weight('attn.W_K'));
  const v = ops.matmul(x, weight('attn.W_V'));
  const scores = note('attn.hook_attn_scores', ops.attentionScores(q, k, sizes, 1 / Math.sqrt(dHead)));
  // Causal: the query at position t reads keys 0..t.
  const pattern = note('attn.hook_pattern', ops.attentionSoftmax(scores, positions, nHeads));
  const z = note('attn.hook_z', ops.attentionValues(pattern, v, sizes));
  return note('hook_attn_out', ops.matmul(z, weight('attn.W_O')));
}

function mlp(x: Tensor, activation: Activation, weight: Weight, note: Note): Tensor {
  const pre = note('mlp.hook_pre', ops.addRow(ops.matmul(x, weight('mlp.W_in')), weight('mlp.b_in')));
  const post = note('mlp.hook_post', activation.apply(pre));
  return note('hook_mlp_out', ops.addRow(ops.matmul(post, weight('mlp.W_out')), weight('mlp.b_out')));
}

/** (x − mean)/√(variance + eps)·w + b of each row. Source: Ba et al., arXiv:1607.06450. */
const layerNorm = (x: Tensor, w: Tensor, b: Tensor): Tensor =>
  ops.addRow(ops.multiplyRow(ops.normalizeRows(x, NORMALIZATION_EPS), w), b);

/** Rows of the residual stream that are scored, example by example, if the positions are the same in each. */
export function scoredRows(nExamples: number, nCtx: number, scoredPositions: Int32Array): Int32Array {
  const nScored = scoredPositions.length;
  return Int32Array.from(
    { length: nExamples * nScored },
    (_, i) => Math.floor(i / nScored) * nCtx + scoredPositions[i % nScored],
  );
}

const asTensor = (graph: Graph, values: Int32Array | Tensor): Tensor =>
  values instanceof Int32Array ? graph.constant(values) : values;
