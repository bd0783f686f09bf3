// The thread of one run: trains in it, and passes on what the run says and is told.
import { parentPort, workerData } from 'node:worker_threads';
import { invariant } from '@grokscope/base';
import { builtIn, withFiles } from '@grokscope/parts';
import { InvalidSpec } from '@grokscope/schema';
import type { ToldItem } from '@grokscope/training';
import { filter, fromEvent, map, share } from 'rxjs';
import { offerModules } from '../parts/own-modules.js';
import { trainHere } from './train-here.js';
import type { ToWorker, WorkerMessage, WorkerTask } from './train.js';

// What the files of parts of a run import.
offerModules(async () => ({ grokscope: await import('../index.js'), rxjs: await import('rxjs') }));

const port = parentPort;
invariant(port, 'run-worker runs as a worker thread only');

const post = (message: WorkerMessage, transfer: readonly ArrayBuffer[] = []): void =>
  port.postMessage(message, transfer);

/** The memory of a snapshot's tensors: it moves to the listener instead of being copied. */
const buffersOf = (item: ToldItem): ArrayBuffer[] =>
  item.type === 'snapshot'
    ? [...item.weights, ...(item.optimizer ?? []), ...(item.exact ?? [])].map(
        ({ data }) => data.buffer as ArrayBuffer,
      )
    : [];

// To RxJS a port is an event target: the message is the data of an event.
const told$ = fromEvent(port, 'message', ({ data }: { readonly data: ToWorker }) => data).pipe(share());
const commands$ = told$.pipe(
  filter((message) => message.type === 'command'),
  map(({ command }) => command),
);
const taken$ = told$.pipe(filter(({ type }) => type === 'taken'));

const fail = (error: unknown): void =>
  post({
    type: 'error',
    message: error instanceof Error ? error.message : String(error),
    // An instance of a class arrives as a bare error: the faults go beside it.
    ...(error instanceof InvalidSpec ? { faults: error.errors } : {}),
  });

const { spec, isCounted, files, ...options } = workerData as WorkerTask;
const catalogue = files === undefined ? {} : { catalogue: withFiles(builtIn, files) };
trainHere(spec, { ...options, ...catalogue, commands$, ...(isCounted ? { taken$ } : {}) }).subscribe({
  next: (item) => post({ type: 'item', item }, buffersOf(item)),
  error: fail,
  complete: () => post({ type: 'complete' }),
});
