import { formatPercent } from '@grokscope/figures';
import type { NeuronsLook } from '../../look/looks.js';

/** Neurons under one heading of the picker. */
export interface NeuronGroup {
  readonly name: string;
  readonly neurons: readonly { readonly index: number; readonly share: number | null }[];
}

/** The neurons by frequency, each frequency's strongest first; in their own order until they are measured. */
export const neuronGroups = (look: NeuronsLook | null, count: number): NeuronGroup[] => {
  if (!look || look.frequency.length !== count) {
    const neurons = Array.from({ length: count }, (_, index) => ({ index, share: null }));
    return [{ name: 'not sorted yet', neurons }];
  }
  const byFrequency = new Map<number, { index: number; share: number }[]>();
  look.frequency.forEach((k, index) => {
    const of = byFrequency.get(k) ?? [];
    of.push({ index, share: look.explained[index] ?? 0 });
    byFrequency.set(k, of);
  });
  // Those of no frequency (0) come last.
  const rank = (k: number): number => (k === 0 ? Infinity : k);
  return [...byFrequency.keys()]
    .sort((a, b) => rank(a) - rank(b))
    .map((k) => {
      const neurons = (byFrequency.get(k) ?? []).sort((a, b) => b.share - a.share || a.index - b.index);
      const counted = `${neurons.length} neuron${neurons.length === 1 ? '' : 's'}`;
      return { name: k === 0 ? `no single frequency: ${counted}` : `k = ${k}: ${counted}`, neurons };
    });
};

/** A sentence on what one neuron does. */
export const neuronTitle = (
  index: number,
  best: { readonly k: number; readonly share: number } | null,
  isAssigned: boolean,
  hasWaves: boolean,
  isFinite = true,
): string => {
  if (!isFinite) return `Neuron ${index} overflows: its activations are not numbers`;
  if (!hasWaves) return `Neuron ${index}, for every pair`;
  if (!best) return `Neuron ${index} gives every pair the same activation`;
  return isAssigned
    ? `Neuron ${index} computes with frequency ${best.k}, which explains ${formatPercent(best.share)} of it`
    : `Neuron ${index} follows no single frequency: the best one explains ${formatPercent(best.share)}`;
};
