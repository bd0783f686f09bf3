import type { WeightSet } from './weight-set.js';
import { weightBytes } from './weight-set.js';

/** Weights of some steps, kept in memory, as a store does for a run on a server. */
export interface SavedWeights {
  readonly keep: (weights: WeightSet) => void;
  readonly get: (step: number) => WeightSet | null;
  /** Ascending. */
  readonly steps: () => readonly number[];
  readonly clear: () => void;
}

/** 128 MiB: about 150 checkpoints of the mainline's model. */
const MOST_BYTES = 128 * 2 ** 20;

/**
 * An empty store of at most `mostBytes` of weights. When they exceed this, every second step is dropped except the
 * first and the newest, so that the rest still spans the whole run. A single set is kept however large it is.
 */
export const createSavedWeights = (mostBytes = MOST_BYTES): SavedWeights => {
  let kept: readonly WeightSet[] = [];
  const bytes = (): number => kept.reduce((sum, weights) => sum + weightBytes(weights), 0);
  return {
    keep: (weights) => {
      kept = [...kept.filter(({ step }) => step !== weights.step), weights].sort((a, b) => a.step - b.step);
      while (kept.length > 1 && bytes() > mostBytes) {
        const last = kept.length - 1;
        kept = last === 1 ? kept.slice(1) : kept.filter((_, i) => i % 2 === 0 || i === last);
      }
    },
    get: (step) => kept.find((weights) => weights.step === step) ?? null,
    steps: () => kept.map(({ step }) => step),
    clear: () => {
      kept = [];
    },
  };
};
