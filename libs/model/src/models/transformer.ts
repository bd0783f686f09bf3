import { ops, type Tensor } from '@grokscope/graph';
import type { ModelSpec } from '@grokscope/schema';
import {
  absentAs,
  closed,
  integer,
  numberAbove,
  numberWithin,
  oneOf,
  optional,
  trueOrFalse,
  withDefault,
} from '@grokscope/schema';
import type { ForwardInputs, Model } from '../model.js';
import { attention } from './attention.js';
import { asTensor, needsOperands, operandsOf, positionsOf, rowsFrom } from './batch.js';
import { normalize } from './normalization.js';
import { sinusoids } from './positions.js';
import { namesOf } from './tensor-names.js';
import { transformerRules } from './transformer-rules.js';
import type { TransformerSpec } from './transformer-spec.js';
import { isPost, transformerTensors } from './transformer-tensors.js';
import { transformerWords } from './transformer-words.js';

const of = (model: ModelSpec): TransformerSpec => model as TransformerSpec;

/**
 * The decoder-only transformer as plain graph ops: embeddings and positions; in each layer attention (scores over √dHead)
 * and, if dMlp > 0, an MLP, each added to the residual stream; unembedding of the scored positions.
 * Source: progress-measures-paper, `transformers.py`; TransformerLens, `HookedTransformer`; attention rate: Zhong et al.,
 * arXiv:2306.17844; rotary positions: Su et al., arXiv:2104.09864.
 */
export const transformer: Model = {
  kind: 'transformer',
  parameters: (actFn) => ({
    nLayers: withDefault(integer(1, 16), 1),
    dModel: withDefault(integer(1, 8192), 128),
    nHeads: withDefault(integer(1, 256), 4),
    dHead: withDefault(integer(1, 8192), 32),
    dMlp: withDefault(integer(0, 32768), 512),
    actFn: withDefault(actFn, 'relu'),
    normalization: withDefault(oneOf('none', 'layerNorm', 'rmsNorm'), 'none'),
    initScale: withDefault(numberAbove(0), 1),
    seed: withDefault(integer(0), 0),
    outputs: absentAs(oneOf('vocabulary', 'classes'), 'vocabulary'),
    biases: absentAs(oneOf('mlp', 'all', 'none'), 'mlp'),
    positions: absentAs(oneOf('learned', 'sinusoidal', 'rotary', 'none'), 'learned'),
    normPosition: absentAs(oneOf('pre', 'post'), 'pre'),
    tiedEmbeddings: absentAs(trueOrFalse(), false),
    attention: absentAs(closed({ rate: optional(numberWithin(0, 1)), causal: optional(trueOrFalse()) }), {
      rate: 1,
      causal: true,
    }),
  }),
  rules: transformerRules,
  tensorNames: namesOf((model, task) => transformerTensors(of(model), task)),
  words: (model) => transformerWords(of(model)),
  outputs: (model, task) => (of(model).outputs === 'classes' ? operandsOf(task).answers : task.dVocabOut),
  whyNot: (model, task) =>
    of(model).outputs === 'classes' ? needsOperands(task, 'outputs', 'vocabulary') : undefined,
  tensors: (model, task) => transformerTensors(of(model), task),
  forward,
  values: (model, { nCtx, nScored, dVocabOut }) => {
    const { nLayers, dModel, nHeads, dMlp } = of(model);
    const row = 6 * dModel + 2 * nHeads * nCtx + 2 * dMlp;
    const scoredRow = 3 * dModel + 2 * nHeads * nCtx + 2 * dMlp + 2 * dVocabOut;
    return {
      evaluated: nCtx * row + 2 * nScored * dVocabOut,
      // In the last layer only the scored positions are computed.
      trained: (nLayers - 1) * nCtx * row + nScored * scoredRow,
    };
  },
};

function forward(model: ModelSpec, inputs: ForwardInputs): Tensor {
  const spec = of(model);
  const { graph, task, batch, weight, note, activation } = inputs;
  const positions = positionsOf(graph, batch, task);
  const embed = note('hook_embed', ops.gather(weight('embed.W_E'), asTensor(graph, batch.tokens)));
  let residual = withPositions(embed, positions, spec, inputs);
  /** A layer's input: normalised, or unchanged. */
  const read = (x: Tensor, name: string): Tensor =>
    isPost(spec) ? x : normalize(x, name, spec.normalization, weight, note);
  /** The residual stream after a layer has added to it. */
  const write = (x: Tensor, name: string): Tensor =>
    isPost(spec) ? normalize(x, name, spec.normalization, weight, note) : x;
  for (let layer = 0; layer < spec.nLayers; layer++) {
    const name = (of: string): string => `blocks.${layer}.${of}`;
    const mine = {
      weight: (of: string) => weight(name(of)),
      note: (of: string, x: Tensor) => note(name(of), x),
    };
    const added = attention(read(residual, name('ln1')), spec, task.nCtx, positions, mine.weight, mine.note);
    residual = mine.note('hook_resid_mid', write(ops.add(residual, added), name('ln1')));
    if (spec.dMlp > 0) {
      const out = mlp(
        read(residual, name('ln2')),
        spec,
        activation(spec.actFn).apply,
        mine.weight,
        mine.note,
      );
      residual = write(ops.add(residual, out), name('ln2'));
    }
    mine.note('hook_resid_post', residual);
  }
  const scored = ops.gather(read(residual, 'ln_final'), asTensor(graph, batch.scored));
  const logits = spec.tiedEmbeddings
    ? ops.matmul(scored, rowsFrom(weight('embed.W_E'), 0, task.dVocabOut), { transposeB: true })
    : ops.matmul(scored, weight('unembed.W_U'));
  return spec.biases === 'all' ? ops.addRow(logits, weight('unembed.b_U')) : logits;
}

/** Adds the encoding of positions to the embeddings; rotary positions enter in attention. */
function withPositions(
  embed: Tensor,
  positions: Tensor,
  { positions: how = 'learned', dModel, initScale }: TransformerSpec,
  { graph, task, weight }: ForwardInputs,
): Tensor {
  if (how === 'rotary' || how === 'none') return embed;
  const table =
    how === 'learned'
      ? weight('pos_embed.W_pos')
      : graph.constant(sinusoids(task.nCtx, dModel, initScale), [task.nCtx, dModel]);
  return ops.add(embed, ops.gather(table, positions));
}

function mlp(
  x: Tensor,
  { biases }: TransformerSpec,
  activate: (x: Tensor) => Tensor,
  weight: (name: string) => Tensor,
  note: (name: string, value: Tensor) => Tensor,
): Tensor {
  const withBias = (y: Tensor, name: string): Tensor => (biases === 'none' ? y : ops.addRow(y, weight(name)));
  const pre = note('mlp.hook_pre', withBias(ops.matmul(x, weight('mlp.W_in')), 'mlp.b_in'));
  const post = note('mlp.hook_post', activate(pre));
  return note('hook_mlp_out', withBias(ops.matmul(post, weight('mlp.W_out')), 'mlp.b_out'));
}
