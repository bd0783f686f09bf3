import { measured } from '@grokscope/schema';
import type { Ablations, Analysis } from '../analyze/analysis.js';
import { byFrequency } from '../analyze/key-measures.js';
import type { OneLayerPasses, PairPass } from '../analyze/one-layer.js';
import { headAblations, mlpAblation } from '../network/ablations.js';
import { neuronFrequencyAblation, neuronWaves } from '../network/neuron-ablations.js';
import { frequencyAblation } from '../waves/logit-waves.js';
import type { KeyedLogits, Measure } from './measure.js';
import { sections } from './sections.js';
import { means, rowsOf } from './text.js';

const split = () => measured.split('losses train, test and all');
const byKey = () => measured.byKeyOf(split());
const zeroAndMean = () => measured.object({ zero: split(), mean: split() }, 'zero and mean');

const value = measured.object(
  {
    logits: measured.optional(measured.object({ drop: byKey(), keep: byKey() }, 'drop and keep')),
    neurons: measured.optional(
      measured.object({ drop: byKey(), keep: byKey(), keepKeys: split() }, 'drop, keep and keepKeys'),
    ),
    heads: measured.optional(measured.list(zeroAndMean())),
    mlp: measured.optional(zeroAndMean()),
  },
  'logits, neurons, heads and mlp',
);

/**
 * The losses that remain when a part is removed: the two directions of a key frequency from the logits, or everything
 * else; its eight components from every neuron, or everything else; the output of a head or of the MLP replaced by zero
 * or by its mean over the pairs. In nats, from 0.
 *
 * Source: progress-measures-paper, notebooks; arXiv:2301.05217, section 4.4.
 */
export const ablations = {
  name: 'ablations',
  title: 'Losses without a part',
  formula: 'loss(network without the part, or with its mean over pairs in its place)',
  source: 'progress-measures-paper, notebooks; arXiv:2301.05217, section 4.4',
  unit: 'nats',
  range: [0, null],
  needs: [],
  value,
  savedOnly: true,
  // Its parts are absent for the reasons that other measures already give.
  isUnsaid: true,
  of: ({ keyed, saved }) => {
    const found: Ablations = {
      ...(keyed ? { logits: ofLogits(keyed) } : {}),
      ...(saved?.passes?.group ? ofNeurons(saved.passes.group, keyed?.keys ?? []) : {}),
      ...(saved?.passes ? ofParts(saved.passes) : {}),
    };
    return Object.keys(found).length > 0 ? found : undefined;
  },
  told: { section: sections.ablations, rows: ({ ablations: found }) => rowsOf(found ? cellsOf(found) : []) },
} as const satisfies Measure<Ablations>;

function ofLogits({ logits, waves, keys }: KeyedLogits): NonNullable<Ablations['logits']> {
  const losses = (keep: boolean) => byFrequency(keys, (k) => frequencyAblation(logits, waves, k, { keep }));
  return { drop: losses(false), keep: losses(true) };
}

function ofNeurons({ net, parts, wanted }: PairPass, keys: readonly number[]): Pick<Ablations, 'neurons'> {
  if (net.dMlp === 0 || keys.length === 0) return {};
  const waves = neuronWaves(parts, net.nOut);
  const losses = (frequencies: readonly number[], keep: boolean) =>
    neuronFrequencyAblation(parts, waves, wanted, frequencies, { keep });
  return {
    neurons: {
      drop: byFrequency(keys, (k) => losses([k], false)),
      keep: byFrequency(keys, (k) => losses([k], true)),
      keepKeys: losses(keys, true),
    },
  };
}

function ofParts({ every: { net, parts, wanted } }: OneLayerPasses): Pick<Ablations, 'heads' | 'mlp'> {
  return {
    heads: headAblations(net, wanted),
    ...(net.dMlp > 0
      ? {
          mlp: {
            zero: mlpAblation(parts, net.nOut, wanted, 'zero'),
            mean: mlpAblation(parts, net.nOut, wanted, 'mean'),
          },
        }
      : {}),
  };
}

function cellsOf({ heads = [], mlp, neurons, logits }: Ablations) {
  const line = (what: string, loss: Analysis['loss']) => [what, ...means(loss)];
  return [
    ...heads.flatMap(({ zero, mean }, h) => [
      line(`head ${h} silenced`, zero),
      line(`head ${h} frozen at its mean`, mean),
    ]),
    ...(mlp ? [line('MLP silenced', mlp.zero), line('MLP frozen at its mean', mlp.mean)] : []),
    ...Object.entries(neurons?.drop ?? {}).map(([k, loss]) =>
      line(`frequency ${k} out of the neurons`, loss),
    ),
    ...(neurons ? [line('only key frequencies in the neurons', neurons.keepKeys)] : []),
    ...Object.entries(logits?.drop ?? {}).map(([k, loss]) => line(`frequency ${k} out of the logits`, loss)),
    ...Object.entries(logits?.keep ?? {}).map(([k, loss]) => line(`only frequency ${k} in the logits`, loss)),
  ];
}
