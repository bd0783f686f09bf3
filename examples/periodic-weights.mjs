// `node examples/periodic-weights.mjs FOLDER_OF_RUN STEP…`: are the weights of a perceptron on one-hot numbers waves?
// For each saved step, prints the median share of a hidden neuron's weight variance that its strongest frequency
// explains, for the weights from the first number, from the second and to the answers; and how many neurons have the
// same frequency in all three. Source: Gromov, Grokking modular arithmetic (arXiv:2301.02679), whose solution has waves
// of one frequency for each neuron.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { decodeSafetensors } from '@grokscope/formats';

const [folder, ...steps] = process.argv.slice(2);
if (folder === undefined || steps.length === 0) {
  process.stderr.write('Usage: node examples/periodic-weights.mjs FOLDER_OF_RUN STEP…\n');
  process.exit(2);
}

/**
 * Returns the strongest frequency of values around a circle, and its share of their variance.
 * @param {readonly number[]} values
 */
function strongest(values) {
  const p = values.length;
  const mean = values.reduce((sum, x) => sum + x, 0) / p;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  let best = { frequency: 0, share: 0 };
  for (let k = 1; 2 * k < p; k++) {
    let [cos, sin] = [0, 0];
    values.forEach((x, at) => {
      cos += x * Math.cos((2 * Math.PI * k * at) / p);
      sin += x * Math.sin((2 * Math.PI * k * at) / p);
    });
    const share = ((2 / p) * (cos ** 2 + sin ** 2)) / variance;
    if (share > best.share) best = { frequency: k, share };
  }
  return best;
}

/** @param {number[]} values */
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/** @param {string} step */
function look(step) {
  const file = join(folder, 'checkpoints', `step-${step.padStart(8, '0')}.safetensors`);
  const decoded = decodeSafetensors(readFileSync(file));
  if (decoded._tag === 'Left') throw new Error(decoded.left.message);
  const { 'mlp.W_in': W_in, 'unembed.W_U': W_U } = decoded.right.tensors;
  const [, width] = W_in.shape;
  const p = W_U.shape[1];
  const neurons = Array.from({ length: width }, (_, j) => [
    strongest(Array.from({ length: p }, (_, a) => Number(W_in.data[a * width + j]))),
    strongest(Array.from({ length: p }, (_, b) => Number(W_in.data[(p + b) * width + j]))),
    strongest(Array.from({ length: p }, (_, c) => Number(W_U.data[j * p + c]))),
  ]);
  const agree = neurons.filter(([a, b, c]) => a.frequency === b.frequency && b.frequency === c.frequency);
  const shares = ['the first number', 'the second', 'the answers'].map(
    (name, at) => `${name} ${median(neurons.map((waves) => waves[at].share)).toFixed(3)}`,
  );
  const used = [...new Set(agree.map(([{ frequency }]) => frequency))].sort((a, b) => a - b);
  process.stdout.write(
    `step ${step}: median share ${shares.join(', ')}; one frequency in all three: ${agree.length} of ${width} neurons, ` +
      `at ${used.length} frequencies\n`,
  );
}

for (const step of steps) look(step);
