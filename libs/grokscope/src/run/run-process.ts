/*
 * One run in a process of its own, started by `fork` and controlled over IPC (run-messages.ts). It outlives its parent
 * unless it is told to end with it: without a parent it continues to train and store, and can still be interrupted by
 * SIGINT, SIGTERM or SIGHUP.
 */
import * as E from 'fp-ts/lib/Either.js';
import { Subject } from 'rxjs';
import type { EndingReason } from '@grokscope/base';
import { endingOrder } from '@grokscope/base';
import type { RunEvent } from '@grokscope/schema';
import type { NamedTensor } from '@grokscope/model';
import type { TrainingCommand, TrainingItem } from '@grokscope/training';
import { admitCommand } from '@grokscope/training';
import { executeRun } from './execute-run.js';
import { resumeRun } from '../resume/resume-run.js';
import { offerModules } from '../parts/own-modules.js';
import type { FromRunProcess, ToRunProcess } from './run-messages.js';

// The modules that files of parts import.
offerModules(async () => ({ grokscope: await import('../index.js'), rxjs: await import('rxjs') }));

const EXIT_FAILED = 1;
const EXIT_INTERRUPTED = 130;
/** How long an ended run may take to exit by itself. */
const EXIT_AFTER_MS = 2000;
/**
 * The most events in transit to a parent that does not read; further events are not sent, because they are stored and
 * the parent finds them there.
 */
const MAX_UNREAD_EVENTS = 1000;

/** The weights of a step; the last ones of a run are always sent. */
interface WeightsAtStep {
  readonly step: number;
  readonly tensors: readonly NamedTensor[];
  readonly isLast: boolean;
}

const commands$ = new Subject<TrainingCommand>();
const interruption = new AbortController();
/**
 * The parent's `interrupt` is not passed to it as a reason: a group of processes that is ended receives both, and that
 * is one ending.
 */
const order = endingOrder();
let watched: ReadonlySet<string> = new Set();
let watchedEvery = 1;
let newest: WeightsAtStep | undefined;
let running = false;

let isSendingTensors = false;
let sentStep = -Infinity;
let unreadEvents = 0;
let lastSent: Promise<void> = Promise.resolve();

/** Resolves once the parent's end of the channel has the message, or if there is no parent. */
function send(message: FromRunProcess): Promise<void> {
  lastSent = new Promise((resolve) => {
    // The channel may close between the check and the sending.
    if (!process.connected || process.send === undefined) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
  return lastSent;
}

/** Sends the newest watched tensors; while a slow parent still reads older ones, newer ones replace each other. */
async function sendTensors(): Promise<void> {
  if (isSendingTensors) return;
  isSendingTensors = true;
  while (newest !== undefined && isDue(newest)) {
    const { step, tensors } = newest;
    sentStep = step;
    const wanted = tensors.filter(({ name }) => watched.has(name));
    if (wanted.length > 0) await send({ type: 'tensors', step, tensors: wanted });
  }
  isSendingTensors = false;
}

function isDue({ step, isLast }: WeightsAtStep): boolean {
  return step - sentStep >= (isLast ? 1 : watchedEvery);
}

function sendEvent(event: RunEvent): void {
  if (unreadEvents >= MAX_UNREAD_EVENTS) return;
  unreadEvents += 1;
  void send({ type: 'event', event }).then(() => (unreadEvents -= 1));
}

function watch(names: readonly string[], everySteps: number): void {
  const hasNew = names.some((name) => !watched.has(name));
  watched = new Set(names);
  watchedEvery = everySteps;
  if (hasNew) sentStep = -Infinity;
  void sendTensors();
}

function receive(message: ToRunProcess): void {
  switch (message.type) {
    case 'start':
    case 'resume':
      if (!running) void run(message);
      return;
    case 'command':
      commands$.next(admitCommand(message.command, 'api'));
      return;
    case 'watch':
      return watch(message.names, message.everySteps ?? 1);
    case 'interrupt':
      interruption.abort();
      return;
    default:
      message satisfies never;
  }
}

async function run(order: Extract<ToRunProcess, { type: 'start' | 'resume' }>): Promise<void> {
  running = true;
  if (order.endsWithParent === true) process.once('disconnect', () => interruption.abort());
  const listening = {
    commands$,
    signal: interruption.signal,
    onItem: (item: TrainingItem): void => {
      if (item.type === 'snapshot') {
        newest = { step: item.step, tensors: item.weights, isLast: item.purpose === 'final' };
        void sendTensors();
      } else sendEvent(item);
    },
  };
  const result = await (order.type === 'start'
    ? executeRun(order.spec, { ...order, ...listening })()
    : resumeRun(order.runId, { ...order, ...listening })());
  if (E.isLeft(result)) {
    const { left } = result;
    const error = left._tag === 'InvalidSpec' ? { _tag: 'InvalidSpec' as const, errors: left.errors } : left;
    void send({ type: 'storeFailed', error });
  }
  const failed = E.isLeft(result) || result.right.reason === 'failed' || result.right.reason === 'diverged';
  process.exitCode = failed ? EXIT_FAILED : 0;
  // A suspended parent reads nothing; the run is nevertheless stored and over.
  await Promise.race([lastSent, new Promise((resolve) => setTimeout(resolve, EXIT_AFTER_MS).unref())]);
  // The channel would keep the process alive.
  if (process.connected) process.disconnect();
  setTimeout(() => process.exit(), EXIT_AFTER_MS).unref();
}

/** Ends the run after a checkpoint; a second Ctrl-C or kill ends it at once. */
function interrupt(reason: EndingReason): void {
  if (order(reason) === 'leave' || !running) process.exit(EXIT_INTERRUPTED);
  interruption.abort();
}

process.on('message', (message) => receive(message as ToRunProcess));
// Ctrl-C, a polite kill, a closed terminal: handled as `grokscope run` handles them.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interrupt(name));
// A parent that dies closes its end of these pipes; that must not end the run.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);
// If the parent dies before it sends an order, there is nothing to do.
process.on('disconnect', () => {
  if (!running) process.exit(EXIT_FAILED);
});
