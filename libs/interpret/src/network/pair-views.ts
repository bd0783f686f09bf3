import { attentionSpectra } from './attention.js';
import type { Network } from './network.js';
import type { NeuronFrequencies } from './neurons.js';
import { NeuronWatch } from './neurons.js';
import type { PairGrid, PairNetwork } from './pair-network.js';
import { addHead, preparePairNetwork, repeated, runStretch, stretchesOf } from './pair-network.js';

/*
 * Single parts of a one-layer network, for code that shows one of them: unlike a whole analysis, it does not compute
 * all neurons and all pairs.
 */

/** One neuron and every head, over a grid of pairs. */
export interface NeuronView {
  /** [nFirst·nSecond] the neuron after the nonlinearity. */
  readonly activation: Float64Array;
  /** Per head [nFirst·nSecond, 3] attention from "=" to a, b and "=", after softmax. */
  readonly patterns: readonly Float64Array[];
  /** Per head [⌊nFirst/2⌋] the spectrum of its scores over first numbers (`attentionSpectra`). */
  readonly scoreSpectra: readonly Float64Array[];
}

/**
 * The activation of neuron `index`, and the attention of every head, for each pair of the grid. The network must admit
 * it (`admitsPairNetwork`). A model without an MLP has no neurons: its activation is empty.
 */
export function viewNeuron(network: Network, grid: PairGrid, dVocabOut: number, index: number): NeuronView {
  const net = preparePairNetwork(
    network.shape.dMlp > 0 ? onlyNeuron(network, index) : network,
    grid,
    dVocabOut,
  );
  const patterns = net.heads.map(({ pattern }) => pattern);
  const scoreSpectra = attentionSpectra(net);
  if (net.dMlp === 0) return { activation: new Float64Array(0), patterns, scoreSpectra };
  const activation = repeated(net.neuronBase, net.nFirst * net.nSecond);
  for (const { pattern, toNeurons } of net.heads)
    addHead(activation, net, pattern, toNeurons, 1, 0, net.nFirst);
  net.activate(activation);
  return { activation, patterns, scoreSpectra };
}

/** The same network with an MLP of only this neuron. */
function onlyNeuron({ shape, activation, weight }: Network, index: number): Network {
  const { dModel, dMlp } = shape;
  const mlp: Readonly<Record<string, () => Float64Array>> = {
    'blocks.0.mlp.W_in': () => {
      const W_in = weight('blocks.0.mlp.W_in');
      return Float64Array.from({ length: dModel }, (_, d) => W_in[d * dMlp + index]);
    },
    'blocks.0.mlp.b_in': () => weight('blocks.0.mlp.b_in').slice(index, index + 1),
    'blocks.0.mlp.W_out': () => weight('blocks.0.mlp.W_out').slice(index * dModel, (index + 1) * dModel),
  };
  return { shape: { ...shape, dMlp: 1 }, activation, weight: (name) => mlp[name]?.() ?? weight(name) };
}

/** [outputs.length] the logits of one pair of tokens; float64. The network must admit it (`admitsPairNetwork`). */
export function pairLogits(
  network: Network,
  { equals, outputs }: Pick<PairGrid, 'equals' | 'outputs'>,
  dVocabOut: number,
  [a, b]: readonly [a: number, b: number],
): Float64Array {
  const net = preparePairNetwork(network, { first: [a], second: [b], equals, outputs }, dVocabOut);
  const { direct, mlp } = runStretch(net, 0, 1);
  return direct.map((x, c) => x + mlp[c]);
}

/** The frequency of every neuron over the pairs of a group, without computing a logit. */
export function viewNeurons(net: PairNetwork): NeuronFrequencies {
  const watch = new NeuronWatch(net.nFirst, net.dMlp);
  for (const [from, to] of stretchesOf(net)) {
    const activations = repeated(net.neuronBase, (to - from) * net.nSecond);
    for (const { pattern, toNeurons } of net.heads)
      addHead(activations, net, pattern, toNeurons, net.dMlp, from, to);
    net.activate(activations);
    watch.add(activations, from, to);
  }
  return watch.frequencies();
}
