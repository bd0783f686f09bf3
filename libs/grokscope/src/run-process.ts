/*
 * One run in a process of its own, started by `fork` and spoken to over IPC (run-messages.ts). It outlives its
 * parent unless told to end with it: without one it trains on and stores, and can still be interrupted by SIGINT or
 * SIGTERM.
 */
import * as E from 'fp-ts/lib/Either.js';
import { Subject } from 'rxjs';
import type { RunCommand } from '@grokscope/schema';
import type { NamedTensor } from '@grokscope/model';
import type { TrainingItem } from '@grokscope/training';
import { executeRun } from './execute-run.js';
import { resumeRun } from './resume-run.js';
import type { FromRunProcess, ToRunProcess } from './run-messages.js';

const EXIT_FAILED = 1;
const EXIT_INTERRUPTED = 130;
/** How long an ended run may take to leave by itself. */
const EXIT_AFTER_MS = 2000;

const commands$ = new Subject<RunCommand>();
const interruption = new AbortController();
let watched: ReadonlySet<string> = new Set();
let newest: { readonly step: number; readonly tensors: readonly NamedTensor[] } | undefined;
let running = false;

let isSendingTensors = false;
let sentStep = -1;
let lastSent: Promise<void> = Promise.resolve();

/** Resolves once the parent's end has it, or nobody is there to tell. */
function send(message: FromRunProcess): Promise<void> {
  lastSent = new Promise((resolve) => {
    // The channel may close between the question and the sending.
    if (!process.connected || process.send === undefined) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
  return lastSent;
}

/** Sends the newest watched tensors; while a slow parent still reads older ones, newer ones replace each other. */
async function sendTensors(): Promise<void> {
  if (isSendingTensors) return;
  isSendingTensors = true;
  while (newest !== undefined && newest.step > sentStep) {
    const { step, tensors } = newest;
    sentStep = step;
    const wanted = tensors.filter(({ name }) => watched.has(name));
    if (wanted.length > 0) await send({ type: 'tensors', step, tensors: wanted });
  }
  isSendingTensors = false;
}

function receive(message: ToRunProcess): void {
  switch (message.type) {
    case 'start':
    case 'resume':
      if (!running) void run(message);
      return;
    case 'command':
      commands$.next(message.command);
      return;
    case 'watch':
      watched = new Set(message.names);
      sentStep = -1;
      void sendTensors();
      return;
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
        newest = { step: item.step, tensors: item.weights };
        void sendTensors();
      } else void send({ type: 'event', event: item });
    },
  };
  const result = await (order.type === 'start'
    ? executeRun(order.spec, { ...order, ...listening })()
    : resumeRun(order.runId, { ...order, ...listening })());
  if (E.isLeft(result)) void send({ type: 'storeFailed', error: result.left });
  const failed = E.isLeft(result) || result.right.reason === 'failed' || result.right.reason === 'diverged';
  process.exitCode = failed ? EXIT_FAILED : 0;
  await lastSent;
  // The channel would keep the process alive.
  if (process.connected) process.disconnect();
  setTimeout(() => process.exit(), EXIT_AFTER_MS).unref();
}

function interrupt(): void {
  if (interruption.signal.aborted || !running) process.exit(EXIT_INTERRUPTED);
  interruption.abort();
}

process.on('message', (message) => receive(message as ToRunProcess));
process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);
// A parent that dies takes its end of these pipes along; that must not end the run.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);
// A parent that dies before it said what to train leaves nothing to do.
process.on('disconnect', () => {
  if (!running) process.exit(EXIT_FAILED);
});
