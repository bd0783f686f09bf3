// The thread of one run: chooses the engine, makes the examples, and runs the stream of `training`.
import { parentPort, workerData } from 'node:worker_threads';
import { invariant } from '@grokscope/base';
import { InvalidSpec } from '@grokscope/schema';
import { timeSteps, train, type TrainingCommand, type TrainingItem } from '@grokscope/training';
import { Observable } from 'rxjs';
import { chooseEngine } from './engines.js';
import { requireSpec } from './read-spec.js';
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

async function run(): Promise<void> {
  const { spec: given, engine: choice = 'auto', threads, runId: id, ...options } = workerData as WorkerTask;
  const { spec, dataset } = requireSpec(given);
  const runId = id ?? spec.name;
  const { engine, why } = await chooseEngine(choice, threads, (candidate) =>
    timeSteps(spec, dataset, candidate, options.rewrites),
  );
  train(spec, { ...options, engine, why, dataset, runId, commands$ }).subscribe({
    next: (item) => post({ type: 'item', item }, buffersOf(item)),
    error: fail,
    complete: () => void engine.dispose().then(() => post({ type: 'complete' })),
  });
}

const fail = (error: unknown): void =>
  post({
    type: 'error',
    message: error instanceof Error ? error.message : String(error),
    // An instance of a class arrives as a bare error: the faults go beside it.
    ...(error instanceof InvalidSpec ? { faults: error.errors } : {}),
  });

run().catch(fail);
