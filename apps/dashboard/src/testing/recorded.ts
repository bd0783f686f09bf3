/** Recorded runs of every preset (apps/dashboard/record-stories.mjs), to test sentences on. Not for the page. */
import { LEARNT_ACCURACY } from '@grokscope/schema';
import type { EndedEvent, MetricsEvent, PhaseEvent, RunEvent, RunSpec } from '@grokscope/schema';
import { chooseFrequencies, noFrequencies } from '../run/frequency-tracker.js';
import { viewAt } from '../run/known-at.js';
import { areTelling } from '../look/significance.js';
import type { RunView } from '../run/run-state.js';
import { initialRunView, reduceFacts } from '../run/run-state.js';
import type { Waves } from '../plot/waves.js';
import { noWaves, wavesOf } from '../plot/waves.js';
import { asFacts, checkpoint, fact, started } from './events.js';

type Column = readonly (number | null)[];

export interface RecordedRun {
  readonly name: string;
  readonly spec: RunSpec;
  readonly metrics: { readonly step: readonly number[] } & Readonly<
    Record<'trainLoss' | 'testLoss' | 'trainAccuracy' | 'testAccuracy' | 'sumSquaredWeights', Column>
  >;
  readonly phases: readonly Pick<PhaseEvent, 'phase' | 'step' | 'evidence' | 'revised'>[];
  readonly saved: readonly number[];
  /** Ten saved steps: the norm of each frequency in the embedding, and the keys; null if the task has none. */
  readonly stops: readonly {
    readonly step: number;
    readonly waves: { readonly embedding: readonly number[]; readonly keys: readonly number[] } | null;
  }[];
  readonly ended: Omit<EndedEvent, 'runId' | 'seq' | 'time'>;
}

const files = import.meta.glob<RecordedRun>('./recorded/*.json', { eager: true, import: 'default' });

export const recordedRuns: readonly RecordedRun[] = Object.entries(files).map(([path, run]) => ({
  ...run,
  name: path.replace(/^.*\/|\.json$/g, ''),
}));

/** A recorded run by its name. */
export const recordedRun = (name: string): RecordedRun => {
  const found = recordedRuns.find((run) => run.name === name);
  if (!found) throw new Error(`no run ${name} is recorded`);
  return found;
};

const measured = ({ metrics }: RecordedRun): MetricsEvent[] =>
  metrics.step.map((step, i) => ({
    ...fact,
    type: 'metrics',
    step,
    trainLoss: metrics.trainLoss[i] ?? null,
    testLoss: metrics.testLoss[i] ?? null,
    trainAccuracy: metrics.trainAccuracy[i] ?? null,
    testAccuracy: metrics.testAccuracy[i] ?? null,
    sumSquaredWeights: metrics.sumSquaredWeights[i] ?? null,
    stepsPerSecond: 20,
  }));

const phasesOf = ({ phases }: RecordedRun): PhaseEvent[] =>
  phases.map((phase) => ({ ...fact, type: 'phase', ...phase }));

const toldAt = ({ evidence }: PhaseEvent): number =>
  (evidence as Readonly<Record<string, number | null>>)['toldAt'] ?? Infinity;

const viewOf = (run: RecordedRun, events: readonly RunEvent[]): RunView =>
  reduceFacts(initialRunView, [
    { kind: 'connection', state: { status: 'open' } },
    ...asFacts([started(() => run.spec), ...events]),
    { kind: 'caughtUp', seq: 0 },
  ]);

/** The whole run, as the page knows it once it is over. */
export const finishedView = (run: RecordedRun): RunView =>
  viewOf(run, [
    ...measured(run),
    ...phasesOf(run),
    ...run.saved.map((step) => checkpoint(step)),
    { ...fact, ...run.ended },
  ]);

/** The run as the page knew it live, when the measurement at `step` had arrived. */
export const liveView = (run: RecordedRun, step: number): RunView =>
  viewOf(run, [
    ...measured(run).filter((event) => event.step <= step),
    ...phasesOf(run).filter((phase) => phase.revised !== true && toldAt(phase) <= step),
    ...run.saved.filter((saved) => saved <= step).map((saved) => checkpoint(saved)),
  ]);

/** The waves that the page would mention at a recorded stop; none if the task has none or the step was not recorded. */
export const wavesAt = (run: RecordedRun, view: RunView, step: number): Waves => {
  const waves = run.stops.find((one) => one.step === step)?.waves;
  if (!waves) return noWaves;
  const keys = areTelling(waves.keys, 2 * waves.embedding.length) ? waves.keys : [];
  const hasGeneralized = (viewAt(view, step).latest?.testAccuracy ?? 0) >= LEARNT_ACCURACY;
  return wavesOf(keys, chooseFrequencies(noFrequencies, waves.embedding).standingOut, hasGeneralized);
};
