import { measured } from '@grokscope/schema';
import { scoredRowsOf } from '../analyze/forward.js';
import type { NetworkShape } from '../network/network.js';
import type { Reals } from '../numerics/numbers.js';
import type { Measure } from './measure.js';

/** Rounding of an activation that does not vary, relative to its size. */
const STILL = 1e-6;
/** From this size on a tanh has no slope left to speak of. */
const FLAT = 0.99;

/** The activations of every layer of neurons. */
function layersOf({ nLayers, dMlp, mlp }: NetworkShape): readonly string[] {
  if (mlp)
    return mlp.hidden.length === 1
      ? ['mlp.hook_post']
      : mlp.hidden.map((_, layer) => `mlp.${layer}.hook_post`);
  return dMlp > 0 ? Array.from({ length: nLayers }, (_, layer) => `blocks.${layer}.mlp.hook_post`) : [];
}

const value = measured.object(
  { dead: measured.count(), saturated: measured.optional(measured.count()), of: measured.count() },
  'dead, saturated and of',
);

/**
 * Neurons that do not compute: dead ones, whose activation is the same on every kept example (of ReLU as a rule always 0),
 * and saturated ones, which are on, but without the bend that is their use: of ReLU, GELU and SiLU above 0 on every
 * example, so that they are linear; of tanh beyond ±0.99 on every example. At the positions that answer, all layers
 * together, of `of` neurons.
 */
export const deadNeurons = {
  name: 'deadNeurons',
  title: 'Dead and saturated neurons',
  formula:
    'dead: one activation on all examples; saturated: always > 0 (ReLU, GELU, SiLU), always |x| > 0.99 (tanh)',
  unit: 'neurons',
  range: [0, null],
  needs: ['activations'],
  value,
  byName: 'everywhere',
  once: true,
  columns: [
    { path: 'dead', note: 'Neurons with one activation on all examples.' },
    { path: 'saturated', note: 'Neurons that are always on, without their bend.' },
    { path: 'of', note: 'All neurons.' },
  ],
  curves: [
    { of: 'dead', name: 'deadNeurons', label: 'dead', panel: 'own' },
    { of: 'saturated', name: 'saturatedNeurons', label: 'saturated', panel: 'own' },
  ],
  activations: ({ model }) => layersOf(model),
  whyNot: ({ model }) =>
    layersOf(model).length > 0
      ? undefined
      : model.nLayers > 0
        ? 'the network has no MLP'
        : `the neurons of a model of the kind ${model.kind} are not known`,
  of: ({ model, dataset, activation }) => {
    const isSaturated = saturationOf(model.actFn);
    const counts = { dead: 0, saturated: 0, of: 0 };
    const { nExamples, nCtx } = dataset;
    // An MLP has a row for each example, a transformer one for each position.
    const [count, rows] = model.mlp
      ? [nExamples, Int32Array.from({ length: nExamples }, (_, e) => e)]
      : [nExamples * nCtx, scoredRowsOf(dataset)];
    for (const name of layersOf(model)) {
      const { least, largest } = extremes(activation(name), count, rows);
      least.forEach((low, neuron) => {
        const high = largest[neuron];
        const isDead = high - low <= STILL * Math.max(Math.abs(low), Math.abs(high));
        counts.of += 1;
        if (isDead) counts.dead += 1;
        else if (isSaturated?.(low, high)) counts.saturated += 1;
      });
    }
    const { dead, saturated, of } = counts;
    return { dead, ...(isSaturated ? { saturated } : {}), of };
  },
} as const satisfies Measure<{ readonly dead: number; readonly saturated?: number; readonly of: number }>;

type IsSaturated = (low: number, high: number) => boolean;

const isAlwaysOn = (low: number): boolean => low > 0;

/** Whether a neuron between these extremes is saturated, by its nonlinearity; of others nothing is said. */
const SATURATED: Readonly<Record<string, IsSaturated>> = {
  relu: isAlwaysOn,
  gelu: isAlwaysOn,
  silu: isAlwaysOn,
  tanh: (low, high) => low > FLAT || high < -FLAT,
};

const saturationOf = (actFn: string): IsSaturated | undefined => SATURATED[actFn];

/** [width] the least and the largest activation of each neuron over these rows. */
function extremes(values: Reals, count: number, rows: Int32Array) {
  const width = values.length / count;
  const least = new Float64Array(width).fill(Infinity);
  const largest = new Float64Array(width).fill(-Infinity);
  for (const row of rows)
    for (let c = 0, at = row * width; c < width; c++, at++) {
      if (values[at] < least[c]) least[c] = values[at];
      if (values[at] > largest[c]) largest[c] = values[at];
    }
  return { least, largest };
}
