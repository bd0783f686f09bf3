import { LEARNT_ACCURACY, withTold } from '@grokscope/schema';
import type { ConnectionFact, ConnectionState } from '../connection/connection.js';
import type { EndedEvent, MetricsEvent, RunEvent, StartedEvent } from '@grokscope/schema';
import type { History } from './history.js';
import { appendHistory, emptyHistory } from './history.js';
import type { Series } from '../plot/series.js';
import { appendMetrics, emptySeries, soundMetrics } from '../plot/series.js';
import { thinnedSeries } from '../plot/thinned-series.js';
import type { TrainerFailure } from '../trainer/protocol.js';
import type { WeightSet } from './weight-set.js';
import { weightNames } from './weight-set.js';
import type { Tensor } from '../connection/wire.js';

/** What feeds the page's knowledge of a run. `failed`: the trainer in this page could not begin, or broke. */
export type RunFact =
  | ConnectionFact
  | { readonly kind: 'failed'; readonly failure: TrainerFailure }
  /** All the steps whose weights this page keeps, ascending, since there is no store that would. */
  | { readonly kind: 'kept'; readonly steps: readonly number[] };

/** Everything the page knows of one run. */
export interface RunView {
  readonly connection: ConnectionState;
  /** True once the server has confirmed that everything recorded so far was sent. */
  readonly caughtUp: boolean;
  readonly started: StartedEvent | null;
  readonly series: Series;
  readonly history: History;
  readonly latest: MetricsEvent | null;
  /** The highest step that any event or tensor has named. */
  readonly step: number;
  readonly paused: boolean;
  /** The step that a `step` command goes to; null once a measurement confirms that it was reached. */
  readonly steppingTo: number | null;
  readonly ended: EndedEvent | null;
  /** First measured step with train / test accuracy ≥ 0.99. */
  readonly stepMemorized: number | null;
  readonly stepGeneralized: number | null;
  /** The newest of each tensor that arrived. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** How many of each tensor were skipped because the connection was slow. */
  readonly skips: ReadonlyMap<string, number>;
  /** The newest step of which all weights arrived. */
  readonly weights: WeightSet | null;
  /** The last refusal, until the run does something again. */
  readonly refusal: { readonly code: string; readonly message: string } | null;
  /** Why the trainer in this page did not begin (`started` is null) or broke; null for runs on a server. */
  readonly failure: TrainerFailure | null;
}

export const initialRunView: RunView = {
  connection: { status: 'connecting' },
  caughtUp: false,
  started: null,
  series: emptySeries,
  history: emptyHistory,
  latest: null,
  step: 0,
  paused: false,
  steppingTo: null,
  ended: null,
  stepMemorized: null,
  stepGeneralized: null,
  tensors: new Map(),
  skips: new Map(),
  weights: null,
  refusal: null,
  failure: null,
};

/** The weights of a step, once its last tensor has arrived; until then the previous ones. */
const gather = (state: RunView, tensors: ReadonlyMap<string, Tensor>, step: number): WeightSet | null => {
  if (!state.started) return state.weights;
  const found = weightNames(state.started.spec).map((name) => tensors.get(name));
  const whole = found.filter((tensor) => tensor !== undefined && tensor.step === step) as Tensor[];
  return whole.length === found.length ? { step, tensors: whole } : state.weights;
};

const takeMetrics = (state: RunView, event: MetricsEvent): RunView => {
  const first = (known: number | null, accuracy: number | null): number | null =>
    known ?? (accuracy !== null && accuracy >= LEARNT_ACCURACY ? event.step : null);
  return {
    ...state,
    latest: event,
    step: Math.max(state.step, event.step),
    steppingTo: state.steppingTo !== null && event.step >= state.steppingTo ? null : state.steppingTo,
    stepMemorized: first(state.stepMemorized, event.trainAccuracy),
    stepGeneralized: first(state.stepGeneralized, event.testAccuracy),
  };
};

/** The start of a run, its task with the run's description of it. */
const toldStart = (event: StartedEvent): StartedEvent => {
  const { spec, toldTask } = event;
  return toldTask ? { ...event, spec: { ...spec, task: withTold(spec.task, toldTask) } } : event;
};

const takeEvent = (state: RunView, event: RunEvent): RunView => {
  switch (event.type) {
    case 'started':
      // Also emitted when a run is resumed: its former ending no longer applies.
      return {
        ...state,
        started: toldStart(event),
        ended: null,
        paused: false,
        steppingTo: null,
        step: Math.max(state.step, event.resumedFrom ?? 0),
        refusal: null,
      };
    case 'metrics':
      return takeMetrics(state, event);
    case 'command': {
      const paused =
        event.command === 'pause' || event.command === 'step'
          ? true
          : event.command === 'resume'
            ? false
            : state.paused;
      // A command names the step at which it took effect; `step` then continues by n, pauses and measures.
      const goesTo = event.command === 'step' ? event.step + (event.n ?? 1) : null;
      const steppingTo = event.command === 'set' ? state.steppingTo : goesTo;
      return { ...state, paused, steppingTo, step: Math.max(state.step, event.step), refusal: null };
    }
    case 'commandAnswer': {
      // Refusals of others' commands are not shown here.
      if (event.answer !== 'refused' || event.by !== 'page') return state;
      const message = `The run did not do that: ${event.message}`;
      return { ...state, refusal: { code: 'commandRefused', message } };
    }
    case 'ended':
      return {
        ...state,
        ended: event,
        paused: false,
        steppingTo: null,
        step: Math.max(state.step, event.step),
        refusal: null,
      };
    case 'progress':
    case 'phase':
    case 'fall':
    case 'checkpoint':
      return { ...state, step: Math.max(state.step, event.step) };
    default:
      return event satisfies never;
  }
};

const takeFact = (state: RunView, fact: RunFact): RunView => {
  switch (fact.kind) {
    case 'connection':
      // What happened while nobody listened must be caught up with first.
      return {
        ...state,
        connection: fact.state,
        caughtUp: fact.state.status === 'connecting' ? false : state.caughtUp,
      };
    case 'event':
      return takeEvent(state, fact.event);
    case 'past':
      return fact.events.reduce(takeEvent, state);
    case 'caughtUp':
      return { ...state, caughtUp: true };
    case 'tensor': {
      const known = state.tensors.get(fact.tensor.name);
      if (known && known.step > fact.tensor.step) return state;
      const { step } = fact.tensor;
      const tensors = new Map(state.tensors).set(fact.tensor.name, fact.tensor);
      return {
        ...state,
        step: Math.max(state.step, step),
        tensors,
        weights: gather(state, tensors, step),
      };
    }
    case 'skipped': {
      const before = state.skips.get(fact.name) ?? 0;
      return { ...state, skips: new Map(state.skips).set(fact.name, before + fact.count) };
    }
    case 'kept':
      return { ...state, history: { ...state.history, saved: fact.steps } };
    case 'refused':
      return { ...state, refusal: { code: fact.code, message: fact.message } };
    case 'failed':
      return { ...state, failure: fact.failure, paused: false };
    default:
      return fact satisfies never;
  }
};

const soundEvent = (event: RunEvent): RunEvent => (event.type === 'metrics' ? soundMetrics(event) : event);

const soundFact = (fact: RunFact): RunFact => {
  if (fact.kind === 'event') return { ...fact, event: soundEvent(fact.event) };
  return fact.kind === 'past' ? { ...fact, events: fact.events.map(soundEvent) } : fact;
};

const eventsOf = (fact: RunFact): readonly RunEvent[] =>
  fact.kind === 'event' ? [fact.event] : fact.kind === 'past' ? fact.events : [];

/** The state after a batch of facts; pure. Curves are copied once for each batch, not for each event. */
export const reduceFacts = (state: RunView, told: readonly RunFact[]): RunView => {
  const facts = told.map(soundFact);
  const next = facts.reduce(takeFact, state);
  const events = facts.flatMap(eventsOf);
  const measured = events.filter((event) => event.type === 'metrics');
  const history = appendHistory(next.history, events);
  if (measured.length === 0 && history === next.history) return next;
  const series = measured.length === 0 ? state.series : appendMetrics(state.series, measured);
  // Steps that were reached, or that are shown for a saved step, were measured and stay.
  const pinned = new Set([...history.saved, next.stepMemorized ?? -1, next.stepGeneralized ?? -1]);
  return { ...next, series: thinnedSeries(series, pinned), history };
};
