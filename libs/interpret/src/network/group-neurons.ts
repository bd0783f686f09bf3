import type { Subject } from '../measures/measure.js';
import { selectRows, type Reals } from '../numerics/numbers.js';
import type { NetworkShape } from './network.js';
import { NeuronWatch, type NeuronFrequencies } from './neurons.js';

/** The activation that the logits are read from, of the last layer that has neurons; undefined where none is known. */
export const neuronActivation = ({ nLayers, dMlp, mlp }: NetworkShape): string | undefined => {
  if (mlp) return mlp.hidden.length === 1 ? 'mlp.hook_post' : `mlp.${mlp.hidden.length - 1}.hook_post`;
  return nLayers > 0 && dMlp > 0 ? `blocks.${nLayers - 1}.mlp.hook_post` : undefined;
};

/** Rows that are put in order at a time. */
const STRETCH = 16;

/**
 * Which frequency each neuron follows, over the pairs of the task's cyclic group; undefined without one.
 *
 * @param activations after the nonlinearity, a row for each example, or for each position of it: then the last is read
 */
export function neuronsOfGroup(
  { pairs, dataset, model }: Pick<Subject, 'pairs' | 'dataset' | 'model'>,
  activations: Reals,
): NeuronFrequencies | undefined {
  const cyclic = pairs?.cyclic;
  if (!cyclic) return undefined;
  const n = cyclic.group.order;
  const width = model.dMlp;
  const rowsEach = activations.length / (dataset.nExamples * width);
  const rows = cyclic.examples.example.map((example) => (example + 1) * rowsEach - 1);
  const watch = new NeuronWatch(n, width);
  for (let from = 0; from < n; from += STRETCH) {
    const to = Math.min(n, from + STRETCH);
    watch.add(selectRows(activations, width, rows.subarray(from * n, to * n)), from, to);
  }
  return watch.frequencies();
}
