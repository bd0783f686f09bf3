// The thread of one run: trains the run, and passes its items and commands on.
import { parentPort, workerData } from 'node:worker_threads';
import { invariant } from '@grokscope/base';
import { builtIn, withFiles } from '@grokscope/parts';
import { InvalidSpec } from '@grokscope/schema';
import type { ToldItem } from '@grokscope/training';
import { filter, fromEvent, map, share } from 'rxjs';
import { offerModules } from '../parts/own-modules.js';
import { trainHere } from './train-here.js';
import type { ToWorker, WorkerMessage, WorkerTask } from './train.js';

// The modules that files of parts import.
offerModules(async () => ({ grokscope: await import('../index.js'), rxjs: await import('rxjs') }));

const port = parentPort;
invariant(port, 'run-worker runs as a worker thread only');

const post = (message: WorkerMessage, transfer: readonly ArrayBuffer[] = []): void =>
  port.postMessage(message, transfer);

/** The memory of a snapshot's tensors: it is transferred to the listener, not copied. */
const buffersOf = (item: ToldItem): ArrayBuffer[] =>
  item.type === 'snapshot'
    ? [...item.weights, ...(item.optimizer ?? []), ...(item.exact ?? [])].map(
        ({ data }) => data.buffer as ArrayBuffer,
      )
    : [];

// For RxJS a port is an event target: the message is the data of an event.
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
    // An instance of a class arrives as a bare error: the faults are sent beside it.
    ...(error instanceof InvalidSpec ? { faults: error.errors } : {}),
  });

const { spec, isCounted, files, ...options } = workerData as WorkerTask;
const catalogue = files === undefined ? {} : { catalogue: withFiles(builtIn, files) };
trainHere(spec, { ...options, ...catalogue, commands$, ...(isCounted ? { taken$ } : {}) }).subscribe({
  next: (item) => post({ type: 'item', item }, buffersOf(item)),
  error: fail,
  complete: () => post({ type: 'complete' }),
});
