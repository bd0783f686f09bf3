import type { Activation, Network } from './network.js';
import { selectColumns, selectRows } from '../numerics/numbers.js';
import { product } from '../numerics/product.js';

/*
 * The forward pass of a one-layer network at the last position of `[a, b, =]`, in float64. The MLP's input is a
 * mixture, by the attention weights of each pair, of rows of tables: one table for the first number, one for the
 * second, one row for "=". So a pair costs 3·nHeads multiply-adds a neuron instead of dModel, and only the map from
 * neurons to logits is a product of full size.
 */

/** What one head adds: its attention weights, and per position what a token adds there to neurons and to logits. */
export interface PairHead {
  /** [nFirst·nSecond, 3] attention from "=" to a, b and "=", after softmax. */
  readonly pattern: Float64Array;
  /** Tables [nFirst, dMlp], [nSecond, dMlp], [dMlp] of additions to the neurons before the nonlinearity. */
  readonly toNeurons: readonly [Float64Array, Float64Array, Float64Array];
  /** Tables [nFirst, nOut], [nSecond, nOut], [nOut] of direct additions to the logits. */
  readonly toLogits: readonly [Float64Array, Float64Array, Float64Array];
  /** [nFirst], [nSecond], [1] scores before softmax: q_"=" · k ÷ √dHead, positions included. */
  readonly scores: readonly [Float64Array, Float64Array, Float64Array];
}

/** A one-layer network prepared for a grid of pairs; a pair (i, j) has row i·nSecond + j. */
export interface PairNetwork {
  readonly nFirst: number;
  readonly nSecond: number;
  readonly nOut: number;
  readonly dMlp: number;
  readonly heads: readonly PairHead[];
  /** [dMlp] what every pair has before the nonlinearity: "=" itself and b_in. */
  readonly neuronBase: Float64Array;
  /** [nOut] what "=" itself adds to the logits, and what b_out adds. */
  readonly logitBase: Float64Array;
  readonly biasBase: Float64Array;
  /** [dMlp, nOut] W_L = W_out · W_U: the neuron–logit map, on the outputs asked for. */
  readonly neuronLogit: Float64Array;
  readonly activate: Activation;
}

/** Which pairs, in which order, and which outputs. */
export interface PairGrid {
  readonly first: ArrayLike<number>;
  readonly second: ArrayLike<number>;
  /** The token "=" at the last position. */
  readonly equals: number;
  readonly outputs: ArrayLike<number>;
}

/**
 * Whether this forward pass supports the network: one layer, no normalisation, no other deviation, a known
 * nonlinearity.
 */
export const admitsPairNetwork = ({ shape, activation }: Network): boolean =>
  shape.nLayers === 1 &&
  shape.normalization === 'none' &&
  shape.unlike === undefined &&
  (shape.dMlp === 0 || activation !== undefined);

/** Prepares the tables. The network must be supported (`admitsPairNetwork`) and read three tokens. */
export function preparePairNetwork(network: Network, grid: PairGrid, dVocabOut: number): PairNetwork {
  const { dModel, dMlp, nHeads } = network.shape;
  const { weight } = network;
  const nOut = grid.outputs.length;
  const W_U = selectColumns(weight('unembed.W_U'), dVocabOut, grid.outputs);
  const W_in = dMlp > 0 ? weight('blocks.0.mlp.W_in') : new Float64Array(0);
  const residual = residuals(network, grid);
  const through = (vector: Float64Array, W: Float64Array, width: number): Float64Array =>
    product(vector, W, vector.length / dModel, dModel, width);
  const neuronBase = through(residual[2], W_in, dMlp);
  if (dMlp > 0) weight('blocks.0.mlp.b_in').forEach((bias, j) => (neuronBase[j] += bias));
  return {
    nFirst: grid.first.length,
    nSecond: grid.second.length,
    nOut,
    dMlp,
    heads: Array.from({ length: nHeads }, (_, h) => prepareHead(network, residual, h, W_in, W_U, nOut)),
    neuronBase,
    logitBase: through(residual[2], W_U, nOut),
    biasBase: dMlp > 0 ? through(weight('blocks.0.mlp.b_out'), W_U, nOut) : new Float64Array(nOut),
    neuronLogit:
      dMlp > 0 ? product(weight('blocks.0.mlp.W_out'), W_U, dMlp, dModel, nOut) : new Float64Array(0),
    activate: network.activation ?? (() => undefined),
  };
}

type Three = readonly [Float64Array, Float64Array, Float64Array];

/** Embedding plus position of each token that occurs: [nFirst, dModel], [nSecond, dModel], [dModel]. */
function residuals({ shape: { dModel }, weight }: Network, { first, second, equals }: PairGrid): Three {
  const W_E = weight('embed.W_E');
  const W_pos = weight('pos_embed.W_pos');
  const at = (tokens: ArrayLike<number>, position: number): Float64Array =>
    selectRows(W_E, dModel, tokens).map((x, i) => x + W_pos[position * dModel + (i % dModel)]);
  return [at(first, 0), at(second, 1), at([equals], 2)];
}

function prepareHead(
  { shape, weight }: Network,
  residual: Three,
  h: number,
  W_in: Float64Array,
  W_U: Float64Array,
  nOut: number,
): PairHead {
  const { dModel, dHead, dMlp } = shape;
  const ofHead = (name: string): Float64Array =>
    weight(`blocks.0.attn.${name}`).subarray(h * dModel * dHead, (h + 1) * dModel * dHead);
  const query = product(residual[2], ofHead('W_Q'), 1, dModel, dHead).map((x) => x / Math.sqrt(dHead));
  // W_K · q first: then a token's score is one dot product.
  const keyDirection = product(ofHead('W_K'), query, dModel, dHead, 1);
  const OV = product(ofHead('W_V'), ofHead('W_O'), dModel, dHead, dModel);
  const each = (f: (x: Float64Array, rows: number) => Float64Array): Three => [
    f(residual[0], residual[0].length / dModel),
    f(residual[1], residual[1].length / dModel),
    f(residual[2], 1),
  ];
  const scores = each((x, rows) => product(x, keyDirection, rows, dModel, 1));
  const moved = each((x, rows) => product(x, OV, rows, dModel, dModel));
  const to = (W: Float64Array, width: number): Three => {
    const [a, b, c] = moved.map((x) => product(x, W, x.length / dModel, dModel, width));
    return [a, b, c];
  };
  return { scores, pattern: patternOf(scores), toNeurons: to(W_in, dMlp), toLogits: to(W_U, nOut) };
}

function patternOf([first, second, [last]]: Three): Float64Array {
  const pattern = new Float64Array(first.length * second.length * 3);
  let at = 0;
  for (const a of first)
    for (const b of second) {
      const m = Math.max(a, b, last);
      const [x, y, z] = [Math.exp(a - m), Math.exp(b - m), Math.exp(last - m)];
      const sum = x + y + z;
      pattern[at++] = x / sum;
      pattern[at++] = y / sum;
      pattern[at++] = z / sum;
    }
  return pattern;
}

/** The result of a stretch of pairs: those whose first number is element `from` … `to` − 1. */
export interface PairStretch {
  readonly from: number;
  readonly to: number;
  /** [(to − from)·nSecond, dMlp] neurons after the nonlinearity. */
  readonly activations: Float64Array;
  /** [(to − from)·nSecond, nOut] what reaches the logits past the MLP, biases included. */
  readonly direct: Float64Array;
  /** [(to − from)·nSecond, nOut] what the MLP adds to the logits, without b_out. */
  readonly mlp: Float64Array;
}

/** Pairs computed at a time, so that their activations stay in the cache. */
const STRETCH = 256;

/** The stretches in which all pairs are computed, as [from, to] over first numbers. */
export function stretchesOf({
  nFirst,
  nSecond,
}: Pick<PairNetwork, 'nFirst' | 'nSecond'>): [number, number][] {
  const length = Math.max(1, Math.floor(STRETCH / nSecond));
  return Array.from({ length: Math.ceil(nFirst / length) }, (_, i) => [
    i * length,
    Math.min((i + 1) * length, nFirst),
  ]);
}

/** Computes one stretch of pairs. */
export function runStretch(net: PairNetwork, from: number, to: number): PairStretch {
  const { nOut, dMlp } = net;
  const activations = repeated(net.neuronBase, (to - from) * net.nSecond);
  const direct = repeated(
    net.logitBase.map((x, c) => x + net.biasBase[c]),
    (to - from) * net.nSecond,
  );
  for (const head of net.heads) {
    addHead(activations, net, head.pattern, head.toNeurons, dMlp, from, to);
    addHead(direct, net, head.pattern, head.toLogits, nOut, from, to);
  }
  net.activate(activations);
  const mlp = dMlp > 0 ? throughMlp(net, activations) : new Float64Array(direct.length);
  return { from, to, activations, direct, mlp };
}

/** [rows, nOut] what activations [rows, dMlp] add to the logits; for networks with an MLP. */
export const throughMlp = (
  { neuronLogit, dMlp, nOut }: PairNetwork,
  activations: Float64Array,
): Float64Array => product(activations, neuronLogit, activations.length / dMlp, dMlp, nOut);

/** A row, repeated. */
export function repeated(row: Float64Array, times: number): Float64Array {
  const out = new Float64Array(times * row.length);
  for (let r = 0; r < times; r++) out.set(row, r * row.length);
  return out;
}

/** Adds to X [(to − from)·nSecond, width] what a head adds there: rows of its tables, as each pair attends to them. */
export function addHead(
  X: Float64Array,
  { nSecond }: Pick<PairNetwork, 'nSecond'>,
  pattern: Float64Array,
  [first, second, last]: PairHead['toLogits'],
  width: number,
  from: number,
  to: number,
): void {
  for (let i = from, at = 0; i < to; i++)
    for (let j = 0; j < nSecond; j++) {
      const row = i * nSecond + j;
      const [x, y, z] = [pattern[3 * row], pattern[3 * row + 1], pattern[3 * row + 2]];
      const [a, b] = [i * width, j * width];
      for (let c = 0; c < width; c++, at++) X[at] += x * first[a + c] + y * second[b + c] + z * last[c];
    }
}
