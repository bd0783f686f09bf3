import { printable } from '@grokscope/base';
import {
  formatCount,
  formatDuration,
  formatNumber,
  formatPercent,
  modelWords,
  optimizerWords,
  otherWords,
  seenWords,
  taskWords,
} from '@grokscope/figures';
import type { EndedEvent, FallEvent, MetricsEvent, RunSpec, StartedEvent } from '@grokscope/schema';
import { withTold } from '@grokscope/schema';
import { commandLine, fromHere, runsOption } from '../paste.js';

/**
 * Describes a run before its first step: the task with some examples, the model, the optimizer, the engine and the
 * reason for choosing it.
 */
export function startText(event: StartedEvent, given?: readonly string[]): string {
  const { toldTask, engine, threads, relaxedSimd, parameterCount, why, resumedFrom } = event;
  const spec = toldTask ? { ...event.spec, task: withTold(event.spec.task, toldTask) } : event.spec;
  const examples = given ?? toldTask?.such ?? [];
  const simd = relaxedSimd ? ', relaxed SIMD' : '';
  const threadText = threads === 1 ? '1 thread' : `${threads} threads`;
  return [
    `${printable(spec.name)}: ${describeTask(spec)}, ${steps(spec.training.steps)}`,
    ...(toldTask?.recognised === undefined ? [] : [`  is      ${printable(toldTask.recognised)}`]),
    ...(examples.length === 0 ? [] : [`  such as ${examples.join(' · ')}`]),
    `  model   ${modelWords(spec.model)}, ${formatCount(parameterCount)} parameters`,
    `  by      ${[optimizerWords(spec.optimizer), otherWords(spec)].filter((text) => text !== '').join('; ')}`,
    `  engine  ${engine} (${threadText}${simd}): ${why}`,
    `  run     ${event.runId}${resumedFrom === undefined ? '' : `, resumed from step ${formatCount(resumedFrom)}`}`,
    '',
  ].join('\n');
}

const steps = (n: number): string => `${formatCount(n)} step${n === 1 ? '' : 's'}`;

const describeTask = (spec: RunSpec): string =>
  `${spec.task.kind}, ${taskWords(spec.task)}, trained on ${seenWords(spec)}`;

/** One line that shows a run's newest metrics. */
export function metricsText({
  step,
  trainLoss,
  testLoss,
  trainAccuracy,
  testAccuracy,
  stepsPerSecond,
}: MetricsEvent): string {
  const test =
    testLoss === null ? '' : ` · test loss ${formatNumber(testLoss)}, ${formatPercent(testAccuracy)} right`;
  const speed = stepsPerSecond === null ? '' : ` · ${formatNumber(stepsPerSecond)} steps/s`;
  return `step ${formatCount(step)} · train loss ${formatNumber(trainLoss)}, ${formatPercent(trainAccuracy)} right${test}${speed}`;
}

/** One line for a fall of a run that had generalised. */
export const fallText = ({ step, learnedAt, testAccuracy }: FallEvent): string =>
  `step ${formatCount(step)} · fell back: ${formatPercent(testAccuracy)} of the test examples right, at least 99 % at step ${formatCount(learnedAt)}\n`;

const ENDINGS: Readonly<Record<EndedEvent['reason'], string>> = {
  completed: 'completed',
  stopConditionMet: 'ended, its stop condition met,',
  stopped: 'was stopped',
  interrupted: 'was interrupted',
  diverged: 'diverged',
  failed: 'failed',
};

/** Describes the result of a run, and where to look. */
export function summaryText(event: EndedEvent, checkpoint: string | null, runsDir: string): string {
  const { reason, step, elapsedMs, evaluationMs, stepsPerSecond, message } = event;
  const speed = stepsPerSecond === null ? '' : ` (${formatNumber(stepsPerSecond)} steps/s)`;
  const measuring = evaluationMs === undefined ? '' : `, ${formatDuration(evaluationMs)} of it measuring`;
  const reached = (found: number | null, what: string): string =>
    found === null
      ? `not by step ${formatCount(step)}`
      : `at step ${formatCount(found)} (${what} accuracy ≥ 99 %)`;
  const lines = [
    `${event.runId} ${ENDINGS[reason]} after ${steps(step)} in ${formatDuration(elapsedMs)}${measuring}${speed}`,
    ...(message === null ? [] : [`  ${message}`]),
    `  memorised    ${reached(event.stepMemorized, 'train')}`,
    `  generalised  ${reached(event.stepGeneralized, 'test')}`,
    `  at the end   train loss ${formatNumber(event.finalTrainLoss)} · test loss ${formatNumber(event.finalTestLoss)}, ${formatPercent(event.finalTestAccuracy)} right`,
    ...(checkpoint === null ? [] : [`  checkpoint   ${fromHere(checkpoint)}`]),
    ...(goesOn(reason) ? [`  go on        ${resumeLine(event.runId, runsDir)}`] : []),
    `  look at it   ${commandLine('serve', ...runsOption(runsDir))}`,
    `               and open http://127.0.0.1:4600/?run=${event.runId}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** Whether `run --resume` takes a run that ended for this reason. */
const goesOn = (reason: EndedEvent['reason']): boolean => reason === 'interrupted' || reason === 'stopped';

/** The command that continues a run. */
export const resumeLine = (runId: string, runsDir: string): string =>
  commandLine('run', '--resume', runId, ...runsOption(runsDir));

/** The message at Ctrl-C; a run that has not started has no id, and nothing can be continued. */
export const interruptedWords = (runId: string | undefined, runsDir: string): string =>
  runId === undefined
    ? 'nothing was trained yet'
    : `writing a checkpoint; \`${resumeLine(runId, runsDir)}\` goes on from there`;
