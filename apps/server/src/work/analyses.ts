import { Worker } from 'node:worker_threads';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { Tensors } from '@grokscope/formats';
import type { RunSpec } from '@grokscope/schema';
import type { DataFile } from '@grokscope/store';
import type { ServerError } from '../errors.js';
import { refused } from '../errors.js';
import { OneAtATime } from './one-at-a-time.js';

/** The thread's input; plain data. */
export interface AnalysisTask {
  readonly step: number;
  readonly spec: RunSpec;
  readonly tensors: Tensors;
  /** The run's folder, which keeps the files that it was made of. */
  readonly folder: string;
  readonly files: readonly DataFile[];
}

/** The thread's result. */
export type AnalysisAnswer = { readonly analysis: object } | { readonly problem: string };

/** The same relative path from src and dist: a worker cannot load TypeScript. */
const WORKER_URL = new URL('../../build/analysis-worker.js', import.meta.url);
/** The number of results kept; a checkpoint does not change, so they stay valid. */
const MAX_KEPT = 32;
/** The most requests that may wait. */
const MAX_WAITING = 8;
const MAX_HEAP_MIB = 2048;

/**
 * Analyses of checkpoints, each in a separate thread so that no other client waits for it, one at a time so that runs
 * keep their cores.
 */
export class Analyses {
  private readonly kept = new Map<string, Promise<E.Either<ServerError, object>>>();
  private readonly queue = new OneAtATime(MAX_WAITING);

  /** The measures of a checkpoint, as `grokscope analyze` computes them; `key` identifies it. */
  of(key: string, task: AnalysisTask): TE.TaskEither<ServerError, object> {
    return () => this.#analysis(key, task);
  }

  #analysis(key: string, task: AnalysisTask): Promise<E.Either<ServerError, object>> {
    const known = this.kept.get(key);
    if (known !== undefined) return known;
    const result = this.queue.add(async () => {
      const answer = await inThread(task);
      if (E.isLeft(answer)) this.kept.delete(key);
      return answer;
    });
    if (result === undefined) {
      const message = `${MAX_WAITING} analyses are waiting already; try again later`;
      return Promise.resolve(E.left(refused(503, 'busy', message)));
    }
    this.kept.set(key, result);
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= MAX_KEPT) break;
      this.kept.delete(oldest);
    }
    return result;
  }
}

function inThread(task: AnalysisTask): Promise<E.Either<ServerError, object>> {
  return new Promise((resolve) => {
    const fail = (why: string): void => resolve(E.left(refused(422, 'notAnalyzable', why)));
    const worker = new Worker(WORKER_URL, {
      workerData: task,
      name: 'grokscope analysis',
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MIB },
    });
    worker.on('message', (answer: AnalysisAnswer) => {
      if ('analysis' in answer) resolve(E.right(answer.analysis));
      else fail(answer.problem);
      void worker.terminate();
    });
    worker.on('error', (error) => fail(error.message));
    worker.on('exit', (code) => fail(`the analysis ended early, with code ${code}`));
  });
}
