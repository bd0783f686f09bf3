import type { SweepCell } from '@grokscope/experiments';
import type { RunSpec } from '@grokscope/schema';
import type { TrainingItem } from '@grokscope/training';
import type { Observable } from 'rxjs';
import { Subject, delay, filter, from, lastValueFrom, map, mergeMap, take, tap, toArray } from 'rxjs';
import type { TrainOptions } from '../train/train.js';
import { train } from '../train/train.js';

/** The estimate of the time a sweep takes. */
export interface Estimate {
  /** The time of all unfinished runs together, with this number of workers, if each makes all its steps. */
  readonly totalMs: number;
  /** How many kinds of run were measured. */
  readonly measured: number;
}

/** Trains; tests replace it. */
export type Train = (spec: RunSpec, options: TrainOptions) => Observable<TrainingItem>;

export interface EstimateOptions {
  readonly workers: number;
  readonly engine: NonNullable<TrainOptions['engine']>;
  readonly threads: number;
}

/** The most kinds of run that are measured; the cost of the others is taken from their neighbour in the list. */
const MAX_MEASURED = 4;
const TRIAL_MS = 1200;
const TRIAL_STEPS = 2000;

interface Cost {
  /** From the start of a run to its first measurement. */
  readonly msToStart: number;
  readonly msPerStep: number;
  readonly msPerMeasurement: number;
}

/**
 * Estimates how long the runs of `cells` take: a few kinds of them are trained for about a second each, as many at a
 * time as there will be workers, and nothing of that is kept. Runs with a stop condition may take less.
 *
 * Rejects with what prevents a trial: for example, an engine that is not available.
 */
export async function estimate(
  cells: readonly SweepCell[],
  { workers, ...options }: EstimateOptions,
  trainWith: Train = train,
): Promise<Estimate> {
  const kinds = [...new Map(cells.map((cell) => [kindOf(cell.spec), cell.spec])).values()];
  const chosen = evenly(kinds, MAX_MEASURED);
  const trials$ = from(chosen).pipe(
    mergeMap((i) => trial(kinds[i]!, options, trainWith).then((cost) => [i, cost] as const), workers),
    toArray(),
  );
  const costs = await lastValueFrom(trials$);
  const nearest = (i: number): Cost =>
    costs.reduce((best, other) => (Math.abs(other[0] - i) < Math.abs(best[0] - i) ? other : best))[1];
  const order = new Map(kinds.map((spec, i) => [kindOf(spec), i]));
  const each = cells.map(({ spec }) => timeOf(spec, nearest(order.get(kindOf(spec))!)));
  const sum = each.reduce((total, ms) => total + ms, 0);
  return { totalMs: Math.max(sum / workers, ...each), measured: chosen.length };
}

function timeOf({ training, observe }: RunSpec, { msToStart, msPerStep, msPerMeasurement }: Cost): number {
  const measurements = training.steps / observe.metricsEvery + 1;
  return msToStart + training.steps * msPerStep + measurements * msPerMeasurement;
}

/** Runs of one kind have the same cost a step: they differ in seeds and in numbers of the optimizer. */
function kindOf({ task, data, model, optimizer, training }: RunSpec): string {
  const { seed: _seed, initScale: _scale, ...shape } = model;
  const { splitSeed: _split, ...examples } = data;
  return JSON.stringify([task, examples, shape, optimizer.kind, training.batchSize, training.loss]);
}

/** At most `most` indices of `items`, evenly spaced, the first and the last among them. */
function evenly(items: readonly unknown[], most: number): number[] {
  const n = Math.min(items.length, most);
  return Array.from({ length: n }, (_, i) => (n === 1 ? 0 : Math.round((i * (items.length - 1)) / (n - 1))));
}

async function trial(
  spec: RunSpec,
  options: Omit<EstimateOptions, 'workers'>,
  trainWith: Train,
): Promise<Cost> {
  const steps = Math.min(spec.training.steps, TRIAL_STEPS);
  const { stopWhen: _stopWhen, ...training } = spec.training;
  const rare = { metricsEvery: steps, progressEvery: steps, checkpointEvery: steps };
  const short: RunSpec = { ...spec, training: { ...training, steps }, observe: rare };
  // Setting up may take longer than the trial itself, so the trial is timed from the first measurement on.
  const measured$ = new Subject<void>();
  const startedMs = performance.now();
  let msToStart = 0;
  const commands$ = measured$.pipe(
    take(1),
    delay(TRIAL_MS),
    map(() => ({ command: 'stop' as const })),
  );
  const items$ = trainWith(short, { ...options, commands$ }).pipe(
    tap((item) => {
      if (item.type !== 'metrics') return;
      if (msToStart === 0) msToStart = performance.now() - startedMs;
      measured$.next();
    }),
    filter((item) => item.type === 'ended'),
    take(1),
  );
  const ended = await lastValueFrom(items$);
  if (ended.reason === 'failed') throw new Error(ended.message ?? 'a trial of a few steps failed');
  const measuring = ended.evaluationMs ?? 0;
  return {
    msToStart,
    msPerStep: Math.max(ended.elapsedMs - measuring, 0) / Math.max(ended.step, 1),
    // At step 0 and at the end.
    msPerMeasurement: measuring / 2,
  };
}
