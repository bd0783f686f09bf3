import { Worker } from 'node:worker_threads';
import { resolveRunSpec } from '@grokscope/experiments';
import { builtIn } from '@grokscope/parts';
import type { FormattableError, RunSpec, SpecInput } from '@grokscope/schema';
import { InvalidSpec } from '@grokscope/schema';
import type { TrainingItem } from '@grokscope/training';
import { admitCommand } from '@grokscope/training';
import * as E from 'fp-ts/lib/Either.js';
import { Observable, defer } from 'rxjs';
import { trainHere } from './train-here.js';
import type { TrainOptions } from './train-options.js';

export type { TrainOptions } from './train-options.js';

/** What the worker is given; plain data. */
export interface WorkerTask extends Omit<TrainOptions, 'commands$' | 'catalogue' | 'measures'> {
  readonly spec: RunSpec;
}

/** What the worker says: an item of the stream, its completion, or a defect. */
export type WorkerMessage =
  | { readonly type: 'item'; readonly item: TrainingItem }
  | { readonly type: 'complete' }
  | { readonly type: 'error'; readonly message: string; readonly faults?: readonly FormattableError[] };

// Beside this file's folder whether it runs from src or dist: a worker cannot load TypeScript.
const WORKER_URL = new URL('../../build/run-worker.js', import.meta.url);

/**
 * Trains in a worker thread, or with parts or measures of one's own in the calling one, as a cold Observable:
 * subscribing starts a run, unsubscribing ends it and frees its memory. Emits the run's events and snapshots, `ended` last, and completes. What the spec leaves out has the defaults
 * of a spec file, or the values of its `base`.
 *
 * Errors: `InvalidSpec`, which lists every fault, before anything is started; an engine that is not available; a defect.
 *
 * @example
 * train(preset('quick-grok')).pipe(metrics()).subscribe((m) => console.log(m.step, m.testAccuracy));
 */
export function train(spec: SpecInput, options: TrainOptions = {}): Observable<TrainingItem> {
  return defer(() => {
    const { catalogue, measures = [], ...plain } = options;
    const resolved = resolveRunSpec(spec, catalogue);
    if (E.isLeft(resolved)) throw new InvalidSpec(resolved.left);
    // Code cannot be passed to another thread.
    const isPlain = (catalogue === undefined || catalogue === builtIn) && measures.length === 0;
    return isPlain ? trainInThread(resolved.right, plain) : trainHere(resolved.right, options);
  });
}

function trainInThread(
  spec: RunSpec,
  { commands$, ...options }: Omit<TrainOptions, 'catalogue' | 'measures'>,
): Observable<TrainingItem> {
  return new Observable<TrainingItem>((subscriber) => {
    const task: WorkerTask = { spec, ...options };
    // No flags of the parent's: import conditions or an inspector meant for it would be wrong there.
    const worker = new Worker(WORKER_URL, { workerData: task, name: `grokscope ${spec.name}`, execArgv: [] });
    const commands = commands$?.subscribe({
      // Decoded here already: only plain data can be posted.
      next: (command) => worker.postMessage(admitCommand(command, 'code')),
      error: (error) => subscriber.error(error),
    });
    worker.on('message', (message: WorkerMessage) => {
      switch (message.type) {
        case 'item':
          return subscriber.next(message.item);
        case 'complete':
          return subscriber.complete();
        case 'error':
          return subscriber.error(
            message.faults === undefined ? new Error(message.message) : new InvalidSpec(message.faults),
          );
        default:
          return message satisfies never;
      }
    });
    worker.on('error', (error) => subscriber.error(error));
    worker.on('exit', (code) =>
      subscriber.error(new Error(`the training thread ended early, with code ${code}`)),
    );
    return () => {
      commands?.unsubscribe();
      void worker.terminate();
    };
  });
}
