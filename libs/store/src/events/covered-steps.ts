import type { RunProgress, RunSpec } from '@grokscope/schema';
import type { RunHistory } from './run-history.js';

/**
 * Why a run must not continue from a checkpoint of `step`: its events do not reach that far, so that its curves would
 * have a gap, or they contain other settings than those the weights were trained with. Undefined if they fit.
 *
 * Events are stored before the checkpoint that follows them, so this happens only if their end was lost.
 */
export function whyNotCovered(
  history: Pick<RunHistory, 'lastMetrics' | 'progress' | 'settings'>,
  { metricsEvery, progressEvery }: RunSpec['observe'],
  step: number,
  { settings }: RunProgress,
): string | undefined {
  const lastDue = (every: number): number => Math.floor(step / every) * every;
  const lastProgress = Math.max(-1, ...history.progress.map((event) => event.step));
  const missesMetrics = history.lastMetrics < lastDue(metricsEvery);
  // A run from a version without progress measures has none.
  const missesProgress = lastProgress >= 0 && lastProgress < lastDue(progressEvery);
  if (missesMetrics || missesProgress) {
    const last = missesMetrics ? history.lastMetrics : lastProgress;
    const end = last < 0 ? 'are lost' : `end at step ${last}`;
    return `cannot be continued from: the events of the run ${end}, so what was measured up to it would be missing`;
  }
  const fits = settingsAt(history.settings, step).some((known) => known === sorted(settings));
  return fits
    ? undefined
    : 'cannot be continued from: it was made under changed settings that the events of the run do not mention';
}

/** The settings changed by the time a checkpoint of `step` was made, which may lie between two changes at that step. */
function settingsAt(changes: RunHistory['settings'], step: number): readonly string[] {
  let settings: Readonly<Record<string, number>> = {};
  const states: string[] = [];
  for (const change of changes) {
    if (change.step > step) break;
    if (change.step === step) states.push(sorted(settings));
    settings = { ...settings, [change.path!]: change.value! };
  }
  return [...states, sorted(settings)];
}

const sorted = (settings: Readonly<Record<string, number>>): string =>
  JSON.stringify(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)));
