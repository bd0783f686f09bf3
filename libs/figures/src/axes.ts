import { formatCount, superscript } from './format.js';

/** A position on an axis and its label. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

/**
 * A step axis that is logarithmic for large steps and linear near 0, so that it can show step 0: position = log10(1 +
 * step / threshold). `threshold` is the first positive step measured.
 */
export interface StepAxis {
  readonly toPosition: (step: number) => number;
  readonly toStep: (position: number) => number;
}

/** The axis for a given threshold (in steps, > 0; anything else counts as 1). */
export const logStepAxis = (threshold: number): StepAxis => {
  const unit = threshold > 0 && Number.isFinite(threshold) ? threshold : 1;
  return {
    toPosition: (step) => Math.log10(1 + Math.max(step, 0) / unit),
    toStep: (position) => unit * (10 ** position - 1),
  };
};

/** Steps to label on a logarithmic step axis: 0 and the powers of ten from `threshold` to `last`. */
export const logStepTicks = (threshold: number, last: number): Tick[] => {
  const ticks: Tick[] = [{ value: 0, label: '0' }];
  const unit = threshold > 0 && Number.isFinite(threshold) ? threshold : 1;
  for (let step = 10 ** Math.ceil(Math.log10(unit) - 1e-9); step <= last; step *= 10) {
    ticks.push({ value: step, label: formatCount(step) });
  }
  // If less than half a decade follows the last power, two and five times it get labels too.
  if (ticks.length < 3) {
    for (const factor of [2, 5]) {
      const base = ticks[ticks.length - 1]?.value ?? 0;
      const step = base >= unit * 10 ? base : unit * factor;
      if (step > base && step <= last) ticks.push({ value: step, label: formatCount(step) });
    }
  }
  return ticks;
};

/** Round steps to label on a linear step axis from 0 to `last`, at most about `most` of them. */
export const linearStepTicks = (last: number, most: number): Tick[] => {
  const rough = Math.max(last / most, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const every = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  return Array.from({ length: Math.floor(last / every) + 1 }, (_, i) => ({
    value: i * every,
    label: formatCount(i * every),
  }));
};

/** Powers of ten within [min, max] (both > 0), thinned to at most `most`, labelled `10⁻²`, `1`, `10`. */
export const decadeTicks = (min: number, max: number, most = 8): Tick[] => {
  if (!(min > 0) || !(max >= min)) return [];
  const low = Math.ceil(Math.log10(min) - 1e-9);
  const high = Math.floor(Math.log10(max) + 1e-9);
  const every = Math.max(1, Math.ceil((high - low + 1) / most));
  const ticks: Tick[] = [];
  for (let exponent = high; exponent >= low; exponent -= every) {
    const label = exponent === 0 ? '1' : exponent === 1 ? '10' : `10${superscript(exponent)}`;
    ticks.unshift({ value: Number(`1e${exponent}`), label });
  }
  return ticks;
};

/** The smallest of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten that is not below `value`; 1 for 0. */
export const niceCeiling = (value: number): number => {
  if (!(value > 0) || !Number.isFinite(value)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((f) => f * power >= value * (1 - 1e-12)) ?? 10;
  return factor * power;
};
