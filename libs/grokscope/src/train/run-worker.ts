// The thread of one run: trains in it, and passes on what the run says and is told.
import { parentPort, workerData } from 'node:worker_threads';
import { invariant } from '@grokscope/base';
import { InvalidSpec } from '@grokscope/schema';
import type { TrainingCommand, TrainingItem } from '@grokscope/training';
import { Observable } from 'rxjs';
import { trainHere } from './train-here.js';
import type { WorkerMessage, WorkerTask } from './train.js';

const port = parentPort;
invariant(port, 'run-worker runs as a worker thread only');

const post = (message: WorkerMessage, transfer: readonly ArrayBuffer[] = []): void =>
  port.postMessage(message, transfer);

/** The memory of a snapshot's tensors: it moves to the listener instead of being copied. */
const buffersOf = (item: TrainingItem): ArrayBuffer[] =>
  item.type === 'snapshot'
    ? [...item.weights, ...(item.optimizer ?? []), ...(item.exact ?? [])].map(
        ({ data }) => data.buffer as ArrayBuffer,
      )
    : [];

const commands$ = new Observable<TrainingCommand>((subscriber) => {
  const listen = (command: TrainingCommand): void => subscriber.next(command);
  port.on('message', listen);
  return () => port.off('message', listen);
});

const fail = (error: unknown): void =>
  post({
    type: 'error',
    message: error instanceof Error ? error.message : String(error),
    // An instance of a class arrives as a bare error: the faults go beside it.
    ...(error instanceof InvalidSpec ? { faults: error.errors } : {}),
  });

const { spec, ...options } = workerData as WorkerTask;
trainHere(spec, { ...options, commands$ }).subscribe({
  next: (item) => post({ type: 'item', item }, buffersOf(item)),
  error: fail,
  complete: () => post({ type: 'complete' }),
});
