import { formatNumber, formatCount } from '@grokscope/figures';
import { circuitWords } from './phase-words.js';
import type { RunView } from '../run/run-state.js';
import type { Waves } from '../plot/waves.js';
import { wavesWords } from '../plot/waves.js';

/** The test loss counts as fallen below this part of its peak, and as not yet falling above this one. */
const FALLEN = 0.7;
const NOT_YET = 0.9;

/** How far the test loss has come down from its peak; empty if that is little. */
const fallWords = ({ series }: RunView): string => {
  const { step, testLoss } = series;
  const now = testLoss[testLoss.length - 1] ?? null;
  if (now === null) return '';
  const peak = testLoss.reduce<number>((at, loss, i) => ((loss ?? 0) > (testLoss[at] ?? 0) ? i : at), 0);
  const highest = testLoss[peak] ?? now;
  if (now < FALLEN * highest) {
    const from = `from ${formatNumber(highest)} at step ${formatCount(step[peak] ?? 0)}`;
    return ` The test loss has fallen to ${formatNumber(now)}, ${from}.`;
  }
  return now > NOT_YET * highest ? ' The test loss does not show it yet.' : '';
};

/** `Five waves carry the answer: k = 1, 4, 7, 24, 35.`; null if there are none. */
export const waveList = (waves: Waves): string | null =>
  waves.frequencies.length === 0
    ? null
    : `${wavesWords(waves, 'wave', 'waves')}: k = ${waves.frequencies.join(', ')}.`;

/** What the weights show before the answers do; null if they show nothing. */
export const signWords = (known: RunView, waves: Waves): string | null => {
  const seen = [circuitWords(known), waveList(waves)].filter((one) => one !== null);
  return seen.length === 0 ? null : `${seen.join(' ')}${fallWords(known)}`;
};
