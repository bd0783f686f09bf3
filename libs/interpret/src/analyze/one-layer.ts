import type { LogitParts, LossTarget } from '../network/ablations.js';
import type { Network } from '../network/network.js';
import type { NeuronFrequencies } from '../network/neurons.js';
import { NeuronWatch } from '../network/neurons.js';
import type { PairGrid, PairNetwork, PairStretch } from '../network/pair-network.js';
import { preparePairNetwork, runStretch, stretchesOf } from '../network/pair-network.js';
import type { PairExamples } from './examples.js';

/** A one-layer network run on a grid of pairs. */
export interface PairPass {
  readonly net: PairNetwork;
  readonly parts: LogitParts;
  /** [rows, nOut]. */
  readonly logits: Float64Array;
  readonly wanted: LossTarget;
}

/** The network on the grid of every example, and on the group's if it has one; the same object if they agree. */
export interface OneLayerPasses {
  readonly every: PairPass;
  readonly group?: PairPass & { readonly neurons?: NeuronFrequencies };
}

/** Runs a one-layer network (`admitsPairNetwork`) on every pair. */
export function oneLayerPasses(network: Network, pairs: PairExamples, dVocabOut: number): OneLayerPasses {
  const { cyclic } = pairs;
  if (cyclic === undefined) return { every: passOn(network, pairs.grid, pairs.wanted, dVocabOut) };
  const n = cyclic.group.order;
  const { dMlp } = network.shape;
  const watch = dMlp > 0 ? new NeuronWatch(n, dMlp) : undefined;
  const pass = passOn(network, cyclic.grid, cyclic.examples, dVocabOut, ({ activations, from, to }) =>
    watch?.add(activations, from, to),
  );
  const group = { ...pass, ...(watch ? { neurons: watch.frequencies() } : {}) };
  const isEverything = n * n === pairs.wanted.label.length && n === pairs.classes;
  return { group, every: isEverything ? pass : passOn(network, pairs.grid, pairs.wanted, dVocabOut) };
}

function passOn(
  network: Network,
  grid: PairGrid,
  wanted: LossTarget,
  dVocabOut: number,
  look: (stretch: PairStretch) => void = () => undefined,
): PairPass {
  const net = preparePairNetwork(network, grid, dVocabOut);
  const size = net.nFirst * net.nSecond * net.nOut;
  const parts = { direct: new Float64Array(size), mlp: new Float64Array(size) };
  for (const [from, to] of stretchesOf(net)) {
    const stretch = runStretch(net, from, to);
    look(stretch);
    parts.direct.set(stretch.direct, from * net.nSecond * net.nOut);
    parts.mlp.set(stretch.mlp, from * net.nSecond * net.nOut);
  }
  return { net, parts, wanted, logits: parts.direct.map((x, at) => x + parts.mlp[at]) };
}
