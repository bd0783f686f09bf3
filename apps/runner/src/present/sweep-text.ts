import { printable } from '@grokscope/base';
import { findingOf } from '@grokscope/experiments';
import { formatCount, formatDuration, formatNumber, formatPercent } from '@grokscope/figures';
import type { SweepEvent, SweepPlan, SweepRow } from 'grokscope';
import { fromHere } from '../paste.js';
import { table } from './table.js';

type Event<T extends SweepEvent['type']> = Extract<SweepEvent, { type: T }>;

/** Describes a sweep before its first run: the number of runs, how many at a time, and the estimated time. */
export function sweepStartedText(event: Event<'sweepStarted'>): string {
  const { name, runs, finished, workers, threads, engine, estimateMs, folder } = event;
  const left = runs - finished;
  const before = finished === 0 ? '' : `, ${formatCount(finished)} of them finished before`;
  const each = threads === 1 ? 'one thread each' : `${threads} threads each`;
  const time =
    estimateMs === null
      ? []
      : [
          `  time    about ${formatDuration(estimateMs)} at most, from a few measured steps; runs that meet a stop condition end sooner`,
        ];
  const how =
    left === 0
      ? '  nothing is left to run'
      : `  how     ${workers === 1 ? 'one run' : `${workers} runs`} at a time on ${engine}, ${each}`;
  return [
    `${printable(name)}: ${formatCount(runs)} ${runs === 1 ? 'run' : 'runs'}${before}`,
    how,
    ...time,
    `  folder  ${fromHere(folder)}`,
    '',
  ].join('\n');
}

/** One line for a run that ended. */
export function runEndedText(row: SweepRow, what: string, ended: number, runs: number): string {
  const { reason, step, elapsedMs, stepGeneralized, finalTestLoss, finalTestAccuracy, message } = row;
  const reached = stepGeneralized === null ? '' : `, generalised at ${formatCount(stepGeneralized)}`;
  const tested =
    finalTestLoss === null
      ? ''
      : `, test loss ${formatNumber(finalTestLoss)}, ${formatPercent(finalTestAccuracy)} right`;
  const how = reason === 'completed' || reason === 'stopConditionMet' ? 'ended' : reason;
  const said = reason === 'failed' && message !== null ? `: ${message}` : '';
  return `${how.padEnd(8)} ${printable(what)} (${ended} of ${runs}): ${formatCount(step)} ${step === 1 ? 'step' : 'steps'} in ${formatDuration(elapsedMs)}${reached}${tested}${said}\n`;
}

/** Describes the result of a sweep: the finding in numbers, what failed, where the results are. */
export function sweepEndedText(
  event: Event<'sweepEnded'>,
  plan: SweepPlan,
  rows: readonly SweepRow[],
  again: string,
): string {
  const { reason, runs, finished, failed, elapsedMs, files } = event;
  const lines = [
    '',
    `${printable(plan.spec.name)}: ${formatCount(finished)} of ${formatCount(runs)} runs ended${failed === 0 ? '' : `, ${failed} of them failed or diverged`}, in ${formatDuration(elapsedMs)}`,
  ];
  const ended = rows.filter((row) => row.reason !== 'interrupted');
  const results = [
    `  table   ${fromHere(files.csv)}`,
    `          ${fromHere(files.json)}`,
    `  figure  ${fromHere(files.figure)}`,
    ...(reason === 'interrupted' ? [`  interrupted: ${again} from here`] : []),
  ];
  return `${lines.join('\n')}\n${findingText(plan, ended)}${results.join('\n')}\n`;
}

/** The finding as a table: for each value of the varied setting, how many seeds reached it, their median and range. */
export function findingText(plan: SweepPlan, rows: readonly SweepRow[]): string {
  const { panels, xTitle, yTitle } = findingOf(plan.spec, rows);
  const number = (value: number | null): string => (value === null ? 'never' : formatSteps(value));
  return panels
    .map(({ title, series }) => {
      const body = series.flatMap(({ label, spread }) =>
        spread.map(({ x, n, reached, median, low, high }) => [
          '',
          ...(series.length > 1 ? [label] : []),
          String(x),
          `${reached} of ${n}`,
          number(median),
          low === null ? '' : `${number(low)} … ${number(high)}`,
        ]),
      );
      const header = ['', ...(series.length > 1 ? [''] : []), xTitle, 'got there', 'median', 'range'];
      return `${title}: ${yTitle}\n${table([header, ...body])}`;
    })
    .join('');
}

/** Steps are whole numbers; losses and accuracies are not. */
function formatSteps(value: number): string {
  return Number.isInteger(value) && value >= 10 ? formatCount(value) : formatNumber(value);
}
