import { Worker } from 'node:worker_threads';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { StoreError } from '@grokscope/store';
import type { ExportedFile, RunFormat, RunTableName } from 'grokscope';
import type { ServerError } from '../errors.js';
import { refused, storeFailure } from '../errors.js';
import { OneAtATime } from './one-at-a-time.js';

/** What the thread is given; plain data. */
export interface ExportOrder {
  readonly runsDir: string;
  readonly runId: string;
  readonly format: RunFormat;
  readonly step: number | 'newest';
  /** Of the tables of `csv` and `parquet` the one that is wanted. */
  readonly table: RunTableName;
}

/** What it returns. */
export type ExportAnswer = E.Either<StoreError, ExportedFile>;

/** Beside this file's folder whether it runs from src or dist: a worker cannot load TypeScript. */
const WORKER_URL = new URL('../../build/export-worker.js', import.meta.url);
/** More are not waited for. */
const MAX_WAITING = 8;
const MAX_HEAP_MIB = 2048;

/** Exports of runs, each in a thread of its own so that nobody else waits for it, one at a time. */
export class Exports {
  private readonly queue = new OneAtATime(MAX_WAITING);

  /** A run in one format; errors with 503 where too many are waited for. */
  of(order: ExportOrder): TE.TaskEither<ServerError, ExportedFile> {
    return async () => {
      const made = this.queue.add(() => inThread(order));
      if (made !== undefined) return made;
      return E.left(refused(503, 'busy', `${MAX_WAITING} exports are waited for already; ask again later`));
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
