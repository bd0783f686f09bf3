import { createReferenceEngine } from '@grokscope/engine';
import {
  allMeasures,
  createLiveMeter,
  forwardOn,
  type LiveMeasures,
  type LiveMeter,
  type Measure,
} from '@grokscope/interpret';
import type { ProgressEvent, RunSpec } from '@grokscope/schema';
import { builtIn, datasetOf, type FullCatalogue } from '@grokscope/parts';
import type { Dataset } from '@grokscope/tasks';
import {
  concatMap,
  defer,
  filter,
  from,
  map,
  of,
  type MonoTypeOperatorFunction,
  type ObservableInput,
  type OperatorFunction,
} from 'rxjs';
import type { Snapshot, TrainingItem } from '../item.js';
import type { Schedule } from '../operators/operators.js';

/**
 * Adds a `progress` event before each snapshot whose step the schedule names, unless the run measured that step itself
 * (it does every `observe.progressEvery` steps): computed here from the snapshot, in float64, one after another; a slow
 * measure delays what follows but loses nothing. Later events are renumbered. Snapshots come at the steps of
 * `observe.progressEvery` and `snapshotEvery`; the schedule chooses among them. Before `started` nothing can be
 * measured, so snapshots pass unchanged. Errors and completion pass through.
 *
 * @param measures in addition to the built-in ones, reported for every step the schedule names: in an
 *   event of their own for a step that the run measured itself. A measure that needs gradients, which no snapshot has, is an error of the stream.
 * @example train(spec, { snapshotEvery: 10 }).pipe(progressMeasures(everySteps(10))).subscribe(console.log);
 */
export const progressMeasures =
  (
    schedule: Schedule,
    measures: readonly Measure[] = [],
    catalogue: Parts = builtIn,
  ): MonoTypeOperatorFunction<TrainingItem> =>
  (items$) =>
    defer(() => {
      const all = allMeasures(measures);
      const unfit = measures.find(({ needs }) => needs.includes('gradients'));
      if (unfit) throw new Error(`the measure "${unfit.name}" needs gradients, which no snapshot has`);
      let meters: { readonly all?: ItemMeter; readonly own?: ItemMeter } = {};
      let added = 0;
      const ofRun = new Set<number>();
      const measured = new Set<number>();
      let lastSeq = -1;
      const take = (item: TrainingItem): ObservableInput<TrainingItem> => {
        if (item.type !== 'snapshot') {
          if (item.type === 'started')
            meters = {
              all: meterFor(item.spec, all, catalogue),
              own: measures.length > 0 ? meterFor(item.spec, measures, catalogue) : undefined,
            };
          if (item.type === 'progress') ofRun.add(item.step);
          lastSeq = item.seq + added;
          return of({ ...item, seq: lastSeq });
        }
        const meter = ofRun.has(item.step) ? meters.own : meters.all;
        if (!meter || !schedule(item.step) || measured.has(item.step)) return of(item);
        measured.add(item.step);
        return from(meter(item)).pipe(
          concatMap((measures) => {
            added += 1;
            lastSeq += 1;
            const stamp = { runId: item.runId, seq: lastSeq, time: new Date().toISOString() };
            return of({ ...progressFact(item, measures), ...stamp }, item);
          }),
        );
      };
      return items$.pipe(concatMap(take));
    });

/** Where to look up the parts that a run's spec names. */
type Parts = Pick<FullCatalogue, 'tasks' | 'models' | 'activations'>;

type ItemMeter = (snapshot: Snapshot) => Promise<LiveMeasures>;

function meterFor(spec: RunSpec, measures: readonly Measure[], parts: Parts): ItemMeter | undefined {
  const made = datasetOf(spec, parts);
  if (made._tag === 'Left') return undefined;
  // What follows from the look before, or reads gradients and is named, the run alone tells.
  const fit = measures.filter(
    ({ runsOnly, byName, needs }) =>
      runsOnly !== true && !(byName !== undefined && needs.includes('gradients')),
  );
  const meter = createLiveMeter(spec.model, made.right, fit, spec.observe.measures);
  return (snapshot) => measureSnapshot(spec, made.right, meter, snapshot, parts);
}

async function measureSnapshot(
  { model }: RunSpec,
  dataset: Dataset,
  meter: LiveMeter,
  { weights }: Snapshot,
  parts: Parts,
): Promise<LiveMeasures> {
  if (!meter.needsLogits && meter.activations.length === 0) return meter.measure(weights);
  const engine = createReferenceEngine();
  const names = meter.activations;
  const { logits, ...activations } = await forwardOn(engine, model, dataset, weights, names, parts);
  await engine.dispose();
  return meter.measure(weights, { logits, activations });
}

function progressFact(
  { step }: Snapshot,
  measures: LiveMeasures,
): Omit<ProgressEvent, 'runId' | 'seq' | 'time'> {
  const hasKeys = measures.keyFrequencies !== undefined;
  const plain = JSON.parse(JSON.stringify(measures)) as Partial<ProgressEvent>;
  return {
    ...plain,
    type: 'progress',
    step,
    ...(hasKeys ? { keys: 'current' as const } : {}),
    precision: 'float64',
  };
}

/** The progress events only. Errors and completion pass through. */
export const progress = (): OperatorFunction<TrainingItem, ProgressEvent> =>
  filter((item): item is ProgressEvent => item.type === 'progress');

/** A measure that progress events carry. */
export type MeasureName = Exclude<
  keyof ProgressEvent,
  'type' | 'runId' | 'seq' | 'time' | 'step' | 'precision' | 'keys'
>;

/** A value of a measure at a step. */
export interface MeasuredAt<Value> {
  readonly step: number;
  readonly keys?: ProgressEvent['keys'];
  readonly value: Value;
}

/**
 * One measure over time, at the steps that have it; also from a look with the final keys (`keys` says which). A name that
 * is no key of progress events is that of a measure which is one number, null where it is not finite. Errors and
 * completion pass through.
 *
 * @example train(spec).pipe(measureOf('excludedLoss')).subscribe(({ step, value }) => console.log(step, value.all));
 */
export function measureOf<M extends MeasureName>(
  name: M,
): OperatorFunction<TrainingItem, MeasuredAt<NonNullable<ProgressEvent[M]>>>;
export function measureOf(name: string): OperatorFunction<TrainingItem, MeasuredAt<number | null>>;
export function measureOf(name: string): OperatorFunction<TrainingItem, MeasuredAt<unknown>> {
  const valueOf = (event: ProgressEvent): unknown =>
    (event as unknown as Readonly<Record<string, unknown>>)[name] ?? event.measures?.[name];
  return (items$) =>
    items$.pipe(
      progress(),
      filter((event) => valueOf(event) !== undefined),
      map((event) => ({
        step: event.step,
        ...(event.keys ? { keys: event.keys } : {}),
        value: valueOf(event),
      })),
    );
}
