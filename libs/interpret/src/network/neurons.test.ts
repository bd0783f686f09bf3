import { describe, expect, it } from 'vitest';
import { countByFrequency, neuronKeyFrequencies, strongFrequencies } from '../waves/key-frequencies.js';
import { NeuronWatch, neuronFrequencies } from './neurons.js';

const n = 13;
const wave = (k: number, x: number): number => Math.cos((2 * Math.PI * k * x) / n);

/** Activations [n, n, width], one function of (i, j) a neuron. */
function activations(neurons: readonly ((i: number, j: number) => number)[]): Float64Array {
  return Float64Array.from({ length: n * n * neurons.length }, (_, at) => {
    const row = Math.floor(at / neurons.length);
    return neurons[at % neurons.length](Math.floor(row / n), row % n);
  });
}

describe('neuronFrequencies', () => {
  const neurons = activations([
    (i, j) => 2 + wave(3, i) + wave(3, j) + wave(3, i) * wave(3, j),
    (i, j) => wave(2, i) + wave(5, j),
    (i, j) => 3 * wave(4, i - j) + 1.2 * wave(6, i),
    () => 0.1,
    () => 0,
    (i, j) => Math.max(0, wave(5, i) + wave(5, j)),
  ]);

  it('assigns what one frequency explains above 0.85, and nothing else', () => {
    const { frequency, explained } = neuronFrequencies(neurons, n, 6);
    // Neuron 2: 9/2 against 1.44/2 of variance, 0.862 in favour of frequency 4.
    expect([...frequency]).toEqual([3, 0, 4, 0, 0, 5]);
    expect(explained[0]).toBeCloseTo(1, 12);
    expect(explained[1]).toBeCloseTo(0.5, 12);
    expect(explained[2]).toBeCloseTo(9 / (9 + 1.44), 12);
    expect(explained[3]).toBe(0);
  });

  it('sees the same when it sees pairs a stretch at a time', () => {
    const watch = new NeuronWatch(n, 6);
    for (const [from, to] of [
      [0, 5],
      [5, 6],
      [6, n],
    ])
      watch.add(neurons.subarray(from * n * 6, to * n * 6), from, to);
    const got = watch.frequencies();
    const want = neuronFrequencies(neurons, n, 6);
    expect(got.frequency).toEqual(want.frequency);
    got.shares.forEach((share, at) => expect(share).toBeCloseTo(want.shares[at], 12));
  });
});

describe('key frequencies', () => {
  it('by neurons are those with at least two', () => {
    const frequency = Int32Array.of(3, 0, 5, 3, 11, 0, 11, 11);
    expect(neuronKeyFrequencies(frequency)).toEqual([3, 11]);
    expect([...countByFrequency(frequency)]).toEqual([
      [3, 2],
      [5, 1],
      [11, 3],
    ]);
  });

  it('by spectrum need one component above a quarter of the largest, whatever the constant is', () => {
    // Row 0; cosine and sine of 1, 2, 3. Frequency 2 has 0.2 and 0.2: together above a quarter, but neither alone.
    expect(strongFrequencies([100, 1, 0, 0.2, 0.2, 0, 0.26])).toEqual([1, 3]);
    expect(strongFrequencies([1, 1, 1, 0.25, 0.25])).toEqual([1]);
  });
});
