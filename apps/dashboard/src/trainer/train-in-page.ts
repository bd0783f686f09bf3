import type { RunCommand } from '@grokscope/schema';
import { Observable } from 'rxjs';
import type { Order } from '../view/address.js';
import type { RunFact } from '../run/run-state.js';
import type { SavedWeights } from '../run/saved-weights.js';
import type { FromTrainer, ToTrainer } from './protocol.js';

/** Steps between two looks at the weights, and minimum milliseconds between two that the page receives. */
const SHOW_EVERY_STEPS = 10;
const SHOW_EVERY_MS = 250;

/** The part of the trainer's worker that the page uses. */
export interface TrainerWorker {
  readonly postMessage: (message: ToTrainer) => void;
  onmessage: ((message: MessageEvent<FromTrainer>) => void) | null;
  onerror: ((error: ErrorEvent) => void) | null;
  readonly terminate: () => void;
}

export interface InPageOptions {
  /** The run's name in its events. */
  readonly runId: string;
  readonly order: Order;
  /** Where the weights of checkpoints are kept; a new run empties it. */
  readonly saved: SavedWeights;
  readonly commands$: Observable<RunCommand>;
  /** Default: a Web Worker of this page. */
  readonly startWorker?: () => TrainerWorker;
}

const startTrainer = (): TrainerWorker =>
  new Worker(new URL('./trainer-worker.ts', import.meta.url), { type: 'module', name: 'trainer' });

/**
 * A run inside this page: cold; subscribing starts it in a separate worker, unsubscribing ends it and frees its memory.
 * Emits the same facts as a run followed on a server, over a connection that is always open. It neither errors nor
 * completes: failures are emitted as facts.
 */
export const trainInPage = (options: InPageOptions): Observable<RunFact> =>
  new Observable<RunFact>((subscriber) => {
    const { runId, order, saved, commands$, startWorker = startTrainer } = options;
    const worker = startWorker();
    let resting: ReturnType<typeof setTimeout> | undefined;
    saved.clear();
    const take = (message: FromTrainer): void => {
      switch (message.type) {
        case 'event':
          subscriber.next({ kind: 'event', event: message.event });
          return;
        case 'tensors':
          // The newest wins: those that arrive while the page rests are not sent, except the last.
          resting = setTimeout(() => worker.postMessage({ type: 'taken' }), SHOW_EVERY_MS);
          for (const { name, shape, data } of message.tensors)
            subscriber.next({ kind: 'tensor', tensor: { runId, step: message.step, name, shape, data } });
          return;
        case 'saved':
          saved.keep({ step: message.step, tensors: message.tensors });
          subscriber.next({ kind: 'kept', steps: saved.steps() });
          return;
        case 'failed':
          subscriber.next({ kind: 'failed', failure: message.failure });
          worker.terminate();
          return;
        case 'done':
          worker.terminate();
          return;
        default:
          message satisfies never;
      }
    };
    worker.onmessage = ({ data }) => take(data);
    // A script that cannot be loaded raises an error without a message.
    worker.onerror = ({ message }) =>
      take({
        type: 'failed',
        failure: { _tag: 'Broken', message: message || 'the trainer’s script could not be loaded' },
      });
    subscriber.next({ kind: 'connection', state: { status: 'open' } });
    // Nothing happened before the page was there to see it.
    subscriber.next({ kind: 'caughtUp', seq: -1 });
    const commands = commands$.subscribe((command) => worker.postMessage({ type: 'command', command }));
    worker.postMessage({ type: 'start', runId, order, showEvery: SHOW_EVERY_STEPS });
    return () => {
      clearTimeout(resting);
      commands.unsubscribe();
      worker.terminate();
    };
  });
