import { createReferenceEngine } from '@grokscope/engine';
import { createLiveMeter, forwardOn, type LiveMeasures, type LiveMeter } from '@grokscope/interpret';
import type { ProgressEvent, RunSpec } from '@grokscope/schema';
import { builtInTasks, createDataset, type Dataset, type Task } from '@grokscope/tasks';
import {
  concatMap,
  defer,
  filter,
  from,
  map,
  type MonoTypeOperatorFunction,
  type OperatorFunction,
} from 'rxjs';
import type { Snapshot, TrainingItem } from './item.js';
import type { Schedule } from './operators.js';

/**
 * Adds a `progress` event before each snapshot whose step the schedule names, unless the run measured that step itself
 * (it does every `observe.progressEvery` steps): computed here from the snapshot, in float64, one after another; a
 * slow measure delays what follows and loses nothing. Later events are numbered on. Snapshots come at the steps of
 * `observe.progressEvery` and `snapshotEvery`: the schedule chooses among them. Before `started` there is nothing to
 * measure by, so snapshots pass as they are. Errors and completion pass through.
 *
 * @example train(spec, { snapshotEvery: 10 }).pipe(progressMeasures(everySteps(10))).subscribe(console.log);
 */
export const progressMeasures =
  (schedule: Schedule, tasks: readonly Task[] = builtInTasks): MonoTypeOperatorFunction<TrainingItem> =>
  (items$) =>
    defer(() => {
      let meter: ItemMeter | undefined;
      let added = 0;
      const measured = new Set<number>();
      const take = async (item: TrainingItem): Promise<TrainingItem[]> => {
        if (item.type !== 'snapshot') {
          if (item.type === 'started') meter = meterFor(item.spec, tasks);
          if (item.type === 'progress') measured.add(item.step);
          lastSeq = item.seq + added;
          return [{ ...item, seq: lastSeq }];
        }
        if (!meter || !schedule(item.step) || measured.has(item.step)) return [item];
        measured.add(item.step);
        const fact = progressFact(item, await meter(item));
        added += 1;
        lastSeq += 1;
        return [{ ...fact, runId: item.runId, seq: lastSeq, time: new Date().toISOString() }, item];
      };
      let lastSeq = -1;
      return items$.pipe(concatMap((item) => from(take(item)).pipe(concatMap((out) => out))));
    });

type ItemMeter = (snapshot: Snapshot) => Promise<LiveMeasures>;

function meterFor(spec: RunSpec, tasks: readonly Task[]): ItemMeter | undefined {
  const made = createDataset(spec.task, spec.data, tasks);
  if (made._tag === 'Left') return undefined;
  const meter = createLiveMeter(spec.model, made.right);
  return (snapshot) => measureSnapshot(spec, made.right, meter, snapshot);
}

async function measureSnapshot(
  { model }: RunSpec,
  dataset: Dataset,
  meter: LiveMeter,
  { weights }: Snapshot,
): Promise<LiveMeasures> {
  if (!meter.needsLogits) return meter.measure(weights);
  const engine = createReferenceEngine();
  const { logits } = await forwardOn(engine, model, dataset, weights);
  await engine.dispose();
  return meter.measure(weights, logits);
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

/** The progress events alone. Errors and completion pass through. */
export const progress = (): OperatorFunction<TrainingItem, ProgressEvent> =>
  filter((item): item is ProgressEvent => item.type === 'progress');

/** A measure that progress events carry. */
export type MeasureName = Exclude<
  keyof ProgressEvent,
  'type' | 'runId' | 'seq' | 'time' | 'step' | 'precision' | 'keys'
>;

/**
 * One measure as it goes, at the steps that have it; of a look with the final keys too (`keys` says which). Errors and
 * completion pass through.
 *
 * @example train(spec).pipe(measureOf('excludedLoss')).subscribe(({ step, value }) => console.log(step, value.all));
 */
export const measureOf =
  <M extends MeasureName>(
    name: M,
  ): OperatorFunction<
    TrainingItem,
    {
      readonly step: number;
      readonly keys?: ProgressEvent['keys'];
      readonly value: NonNullable<ProgressEvent[M]>;
    }
  > =>
  (items$) =>
    items$.pipe(
      progress(),
      filter((event) => event[name] !== undefined),
      map((event) => ({
        step: event.step,
        ...(event.keys ? { keys: event.keys } : {}),
        value: event[name] as NonNullable<ProgressEvent[M]>,
      })),
    );
