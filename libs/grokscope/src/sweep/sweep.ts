import { availableParallelism } from 'node:os';
import * as E from 'fp-ts/lib/Either.js';
import type { Observable } from 'rxjs';
import { EMPTY, catchError, concat, defer, from, map, mergeMap, of, switchMap, tap } from 'rxjs';
import type { SweepPlan, SweepRow } from '@grokscope/experiments';
import type { RunEvent, SweepInput } from '@grokscope/schema';
import { InvalidSpec } from '@grokscope/schema';
import { addEvent, noFacts } from '@grokscope/store';
import type { EngineChoice } from '../engines/engines.js';
import type { CellWork } from './cell-run.js';
import { rowOf, runIdFor, workOf } from './cell-run.js';
import type { Estimate } from './estimate.js';
import { estimate } from './estimate.js';
import type { StartRun } from './run-child.js';
import { startRun } from './run-child.js';
import type { SweepEndedEvent, SweepEvent, SweepRunEndedEvent } from './sweep-events.js';
import { SweepFolder } from './sweep-folder.js';
import { changeRefuser, planned } from './sweep-parts.js';
import { whileHeld } from '../train/while-held.js';
import { writeResults } from './write-results.js';

/** Where a sweep's runs are kept, and how many are made at a time. */
export interface SweepOptions {
  /** The runs folder; created if it does not exist. */
  readonly runsDir: string;
  /** Number of runs at a time, each in its own process. Default: as many as the cores have room for. */
  readonly workers?: number;
  /** Threads of each run. Default 1. */
  readonly threads?: number;
  /** Default `wasm`. */
  readonly engine?: EngineChoice;
  /**
   * True continues the newest sweep of this name in the runs folder: its finished runs are not repeated, and those that
   * were interrupted continue from their checkpoints.
   */
  readonly resume?: boolean;
  /**
   * True continues with files of parts that have changed since a run of the sweep began. Default false: they are
   * refused.
   */
  readonly allowChangedParts?: boolean;
  /** Aborting it ends the active runs after a checkpoint and starts no more; the sweep ends as `interrupted`. */
  readonly signal?: AbortSignal;
}

/** What `sweep` needs from outside; tests replace it. */
export interface SweepDeps {
  readonly startRun: StartRun;
  readonly estimate: typeof estimate;
  readonly now: () => Date;
}

const defaultDeps: SweepDeps = { startRun, estimate, now: () => new Date() };

/** One start of a sweep whose folder this process holds. */
interface SweepSession {
  readonly folder: SweepFolder;
  readonly works: readonly CellWork[];
  readonly rows: Map<string, SweepRow>;
  readonly startedMs: number;
}

type UnfinishedWork = Extract<CellWork, { type: 'run' }>;

type UnstampedEvent = SweepEvent extends infer E
  ? E extends SweepEvent
    ? Omit<E, 'sweepId' | 'time'>
    : never
  : never;

/**
 * Makes the runs of a sweep, each in its own process, as a cold Observable of its facts: subscribing starts it.
 *
 * Emits `sweepStarted`, a `runEnded` for each run that an earlier start has finished, then `runStarted`, `runProgress`
 * and `runEnded` of the others as they happen, and `sweepEnded` last, once the table and the figure are written; then
 * completes. A run that fails or diverges is a fact like any other and stops nothing.
 *
 * Errors: `InvalidSpec`, which lists every fault, before anything is written; a sweep that another process runs
 * (`SweepHeld`) or takes over (`SweepLost`); an engine that is not available; a disk that is full. Unsubscribing ends
 * the active processes after a checkpoint, or at once if `signal` has aborted before; `resume` continues from there.
 *
 * @example
 * sweep({ name: 'decay', base: 'quick-grok', vary: { 'optimizer.weightDecay': [0, 1, 2] }, seeds: [0, 1] },
 *   { runsDir: 'runs' }).pipe(runSummaries()).subscribe((row) => console.log(row.values, row.stepGeneralized));
 */
export function sweep(
  spec: SweepInput | SweepPlan,
  options: SweepOptions,
  deps: Partial<SweepDeps> = {},
): Observable<SweepEvent> {
  return defer(() => from(planned(spec))).pipe(
    mergeMap((plan) => {
      if (E.isLeft(plan)) throw new InvalidSpec(plan.left, 'the sweep');
      return new Sweep(plan.right, options, { ...defaultDeps, ...deps }).events$();
    }),
  );
}

/** Emits the runs alone, each once, as it ends. Errors and completion pass through. */
export const runSummaries =
  () =>
  (source: Observable<SweepEvent>): Observable<SweepRow> =>
    source.pipe(mergeMap((event) => (event.type === 'runEnded' ? of(event) : EMPTY)));

class Sweep {
  readonly #signal: AbortSignal;
  readonly #engine: EngineChoice;
  readonly #threads: number;

  constructor(
    readonly plan: SweepPlan,
    readonly options: SweepOptions,
    readonly deps: SweepDeps,
  ) {
    this.#signal = options.signal ?? new AbortController().signal;
    this.#engine = options.engine ?? 'wasm';
    this.#threads = options.threads ?? 1;
  }

  events$(): Observable<SweepEvent> {
    return whileHeld(
      (unsubscribed) => this.#open(unsubscribed),
      ({ folder }) => folder.close(),
      (opened) => {
        const stamped = map((event: UnstampedEvent): SweepEvent => {
          const { type, ...facts } = event;
          const stamp = { sweepId: opened.folder.sweepId, time: this.deps.now().toISOString() };
          return { type, ...stamp, ...facts } as SweepEvent;
        });
        return concat(
          this.#started$(opened),
          from(opened.works).pipe(
            mergeMap((work) => (work.type === 'finished' ? of(earlier(work.row)) : EMPTY)),
          ),
          from(opened.works).pipe(
            mergeMap(
              (work) => (work.type === 'run' ? this.#run$(work, opened) : EMPTY),
              this.#workers(opened),
            ),
          ),
          defer(() => this.#ended(opened)),
        ).pipe(stamped);
      },
    );
  }

  async #open(unsubscribed: AbortSignal): Promise<SweepSession> {
    const { runsDir, resume = false, allowChangedParts = false } = this.options;
    const refuseChangedParts = changeRefuser(runsDir);
    const startedMs = performance.now();
    const folder = await SweepFolder.open(runsDir, this.plan, { resume, now: this.deps.now() });
    try {
      const works: CellWork[] = [];
      const signal = AbortSignal.any([this.#signal, unsubscribed]);
      for (const cell of this.plan.cells) {
        // Examining thousands of runs takes a while, and the result is no longer wanted.
        if (unsubscribed.aborted) break;
        const runId = folder.runOf(cell.id);
        if (!allowChangedParts) await refuseChangedParts(runId);
        works.push(await workOf(cell, runId, runsDir, this.plan.spec.finding, signal));
      }
      const rows = works.flatMap((work) =>
        work.type === 'finished' ? [[work.cell.id, work.row] as const] : [],
      );
      return { folder, works, rows: new Map(rows), startedMs };
    } catch (thrown) {
      await folder.close();
      throw thrown;
    }
  }

  #workers({ works }: SweepSession): number {
    const fitting = Math.max(1, Math.floor(availableParallelism() / this.#threads));
    const left = works.filter(({ type }) => type === 'run').length;
    return Math.max(1, Math.min(this.options.workers ?? fitting, left));
  }

  #started$(opened: SweepSession): Observable<UnstampedEvent> {
    const cells = opened.works.flatMap((work) => (work.type === 'run' ? [work.cell] : []));
    const workers = this.#workers(opened);
    const how = { workers, engine: this.#engine, threads: this.#threads };
    const isIdle = cells.length === 0 || this.#signal.aborted;
    const estimated$: Observable<Estimate | null> = isIdle
      ? of(null)
      : defer(() => this.deps.estimate(cells, how));
    return estimated$.pipe(
      map((estimated) => ({
        type: 'sweepStarted' as const,
        name: this.plan.spec.name,
        folder: opened.folder.path,
        runs: opened.works.length,
        finished: opened.works.length - cells.length,
        ...how,
        estimateMs: estimated?.totalMs ?? null,
      })),
    );
  }

  #run$({ cell, broken }: UnfinishedWork, { folder, rows }: SweepSession): Observable<UnstampedEvent> {
    const { runsDir } = this.options;
    const { finding } = this.plan.spec;
    return defer(async () => {
      const runId = broken ?? runIdFor(cell, this.deps.now());
      // Recorded before the run's first step, so that no run of a sweep is ever without its cell.
      if (!this.#signal.aborted) await folder.setRun(cell.id, runId);
      return runId;
    }).pipe(
      switchMap((runId): Observable<UnstampedEvent> => {
        if (this.#signal.aborted) return EMPTY;
        const resume = broken !== undefined;
        const order = {
          runId,
          spec: cell.spec,
          runsDir,
          engine: this.#engine,
          threads: this.#threads,
          resume,
          ...(resume && this.options.allowChangedParts === true ? { allowChangedParts: true } : {}),
        };
        let facts = noFacts;
        let problem: string | null = null;
        const progress$ = this.deps.startRun(order, this.#signal).pipe(
          tap((event: RunEvent) => (facts = addEvent(facts, event))),
          mergeMap((event) =>
            event.type === 'metrics'
              ? of({ type: 'runProgress' as const, cell: cell.id, runId, metrics: event })
              : EMPTY,
          ),
          // A process that was interrupted is a fact of its run, not the end of the sweep.
          catchError((thrown: unknown) => {
            problem = thrown instanceof Error ? thrown.message : String(thrown);
            return EMPTY;
          }),
        );
        const { values, seed, spec } = cell;
        const started = {
          type: 'runStarted' as const,
          cell: cell.id,
          runId,
          values,
          seed,
          steps: spec.training.steps,
        };
        const ended$ = defer(() => rowOf(cell, runId, runsDir, finding, facts, problem)).pipe(
          tap((row) => rows.set(cell.id, row)),
          map((row) => ({ type: 'runEnded' as const, ...row, earlier: false })),
        );
        return concat(of(started), progress$, ended$);
      }),
    );
  }

  async #ended(opened: SweepSession): Promise<Omit<SweepEndedEvent, 'sweepId' | 'time'>> {
    const { folder, works, rows, startedMs } = opened;
    const inOrder = works.flatMap(({ cell }) => rows.get(cell.id) ?? []);
    const finished = inOrder.filter(({ reason }) => reason !== 'interrupted');
    const elapsedMs = performance.now() - startedMs;
    const hasRun = works.some(({ type }) => type === 'run');
    const origin = await folder.addStart(elapsedMs, hasRun ? this.#workers(opened) : null);
    return {
      type: 'sweepEnded',
      reason: finished.length === works.length ? 'completed' : 'interrupted',
      runs: works.length,
      finished: finished.length,
      failed: finished.filter(({ reason }) => reason === 'failed' || reason === 'diverged').length,
      elapsedMs,
      files: await writeResults(folder, origin, this.plan, inOrder),
    };
  }
}

const earlier = (row: SweepRow): Omit<SweepRunEndedEvent, 'sweepId' | 'time'> => ({
  type: 'runEnded',
  ...row,
  earlier: true,
});
