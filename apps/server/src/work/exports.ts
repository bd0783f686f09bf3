import { Worker } from 'node:worker_threads';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { StoreError } from '@grokscope/store';
import type { ExportedFile, RunFormat, RunTableName } from 'grokscope';
import type { ServerError } from '../errors.js';
import { refused, storeFailure } from '../errors.js';
import { OneAtATime } from './one-at-a-time.js';

/** The thread's input; plain data. */
export interface ExportOrder {
  readonly runsDir: string;
  readonly runId: string;
  readonly format: RunFormat;
  readonly step: number | 'newest';
  /** For `csv` and `parquet`: the table wanted. */
  readonly table: RunTableName;
}

/** The thread's result. */
export type ExportAnswer = E.Either<StoreError, ExportedFile>;

/** The same relative path from src and dist: a worker cannot load TypeScript. */
const WORKER_URL = new URL('../../build/export-worker.js', import.meta.url);
/** The most requests that may wait. */
const MAX_WAITING = 8;
const MAX_HEAP_MIB = 2048;

/** Exports of runs, each in a separate thread so that no other client waits for it, one at a time. */
export class Exports {
  private readonly queue = new OneAtATime(MAX_WAITING);

  /** A run in one format; errors with 503 if too many are waiting. */
  of(order: ExportOrder): TE.TaskEither<ServerError, ExportedFile> {
    return async () => {
      const made = this.queue.add(() => inThread(order));
      if (made !== undefined) return made;
      return E.left(refused(503, 'busy', `${MAX_WAITING} exports are waiting already; try again later`));
    };
  }
}

function inThread(order: ExportOrder): Promise<E.Either<ServerError, ExportedFile>> {
  return new Promise((resolve) => {
    const fail = (why: string): void =>
      resolve(E.left(refused(500, 'exportFailed', `the run could not be exported: ${why}`)));
    const worker = new Worker(WORKER_URL, {
      workerData: order,
      name: 'grokscope export',
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MIB },
    });
    worker.on('message', (answer: ExportAnswer) => {
      resolve(E.mapLeft(storeFailure)(answer));
      void worker.terminate();
    });
    worker.on('error', (error) => fail(error.message));
    worker.on('exit', (code) => fail(`its thread ended early, with code ${code}`));
  });
}
