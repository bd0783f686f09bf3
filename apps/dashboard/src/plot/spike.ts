import type { Series } from './series.js';

/** A jump of the train loss by this factor above its recent minimum is mentioned. */
const SPIKE = 10;
const SPIKE_WINDOW = 40;

/**
 * The step at which the train loss jumped, while it is still far above its recent minimum and near its peak; otherwise
 * null.
 */
export const spikeStep = (series: Series): number | null => {
  const end = series.step.length - 1;
  const latest = series.trainLoss[end];
  if (latest === null || latest === undefined) return null;
  let least = Infinity;
  let since: number | null = null;
  let peak = 0;
  for (let i = Math.max(0, end - SPIKE_WINDOW); i <= end; i += 1) {
    const loss = series.trainLoss[i];
    if (loss === null || loss === undefined) continue;
    if (loss < least) {
      least = loss;
      since = null;
      peak = loss;
    } else if (since === null && loss > SPIKE * least) since = series.step[i] ?? null;
    peak = Math.max(peak, loss);
  }
  return latest > SPIKE * least && latest > peak / 3 ? since : null;
};
