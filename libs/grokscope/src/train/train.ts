import { Worker } from 'node:worker_threads';
import type { Files, FormattableError, RunSpec, SpecInput } from '@grokscope/schema';
import { InvalidSpec } from '@grokscope/schema';
import type { ToldItem, TrainingCommand, TrainingItem } from '@grokscope/training';
import { admitCommand, numbered } from '@grokscope/training';
import * as E from 'fp-ts/lib/Either.js';
import { EMPTY, Observable, defer, from, map, merge, mergeMap } from 'rxjs';
import { resolveWithFiles } from '../files/resolve-with-files.js';
import {
  codeParts,
  codeWithFiles,
  equip,
  hasCode,
  usedBy,
  withAbsoluteUse,
  type PartsOptions,
} from '../parts/equip.js';
import type { OwnParts } from '../parts/own-parts.js';
import { trainHere } from './train-here.js';
import type { TrainOptions } from './train-options.js';

export type { TrainOptions } from './train-options.js';

/** The worker's input; plain data. */
export interface WorkerTask extends Omit<TrainOptions, 'commands$' | 'taken$' | keyof PartsOptions> {
  readonly spec: RunSpec;
  /** Whether the listener reports which items it has taken. */
  readonly isCounted: boolean;
  /** The contents of the files that the spec names. */
  readonly files?: Files;
}

/** What the worker sends: an item of the stream, its completion, or a defect. */
export type WorkerMessage =
  | { readonly type: 'item'; readonly item: ToldItem }
  | { readonly type: 'complete' }
  | { readonly type: 'error'; readonly message: string; readonly faults?: readonly FormattableError[] };

/** What the worker receives: an admitted command, or the report that an item has been taken. */
export type ToWorker =
  { readonly type: 'command'; readonly command: TrainingCommand } | { readonly type: 'taken' };

// Beside this file's folder, whether it runs from src or dist: a worker cannot load TypeScript.
const WORKER_URL = new URL('../../build/run-worker.js', import.meta.url);

/**
 * Trains in a worker thread, or, with parts or measures that code passes in, in the calling thread, as a cold
 * Observable: subscribing starts a run, unsubscribing ends it and frees its memory. Emits the run's events and
 * snapshots, `ended` last, and completes. What the spec leaves out is filled in from the defaults of a spec file, or
 * from its `base`.
 *
 * Errors: `InvalidSpec`, which lists every fault, before anything is started; an engine that is not available; a
 * defect.
 *
 * @example
 * train(preset('quick-grok')).pipe(metrics()).subscribe((m) => console.log(m.step, m.testAccuracy));
 */
export function train(spec: SpecInput, options: TrainOptions = {}): Observable<TrainingItem> {
  return defer(() => {
    const input = withAbsoluteUse(spec);
    const start = (own: E.Either<InvalidSpec, OwnParts>): Observable<TrainingItem> => {
      if (E.isLeft(own)) throw own.left;
      const resolved = resolveWithFiles(input, own.right.catalogue);
      if (E.isLeft(resolved)) throw new InvalidSpec(resolved.left);
      const { spec: whole, catalogue } = resolved.right;
      return trainFacts(whole, codeWithFiles(options, catalogue.files)).pipe(
        numbered(options.runId ?? whole.name),
      );
    };
    // Without files everything is known at once.
    return usedBy(input).length === 0
      ? start(codeParts(options))
      : from(equip(input, options)()).pipe(mergeMap(start));
  });
}

/** As `train`, for a complete spec and before the facts are numbered: the recorder numbers those of a stored run. */
export function trainFacts(spec: RunSpec, options: TrainOptions = {}): Observable<ToldItem> {
  const { catalogue, measures: _measures, parts: _parts, ...plain } = options;
  // Code cannot be passed to another thread; a thread loads the files of parts itself.
  return hasCode(options) ? trainHere(spec, options) : trainInThread(spec, plain, catalogue?.files);
}

function trainInThread(
  spec: RunSpec,
  { commands$ = EMPTY, taken$, ...options }: Omit<TrainOptions, keyof PartsOptions>,
  files: Files | undefined,
): Observable<ToldItem> {
  return new Observable<ToldItem>((subscriber) => {
    const isCounted = taken$ !== undefined;
    const task: WorkerTask = { spec, ...options, isCounted, ...(files === undefined ? {} : { files }) };
    // No flags of the parent's: import conditions or an inspector meant for it would be wrong there.
    const worker = new Worker(WORKER_URL, { workerData: task, name: `grokscope ${spec.name}`, execArgv: [] });
    const told = merge(
      // Decoded here already: only plain data can be posted.
      commands$.pipe(
        map((command): ToWorker => ({ type: 'command', command: admitCommand(command, 'code') })),
      ),
      (taken$ ?? EMPTY).pipe(map((): ToWorker => ({ type: 'taken' }))),
    ).subscribe({
      next: (message) => worker.postMessage(message),
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
      told.unsubscribe();
      void worker.terminate();
    };
  });
}
