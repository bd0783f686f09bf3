/** What a run has told of itself beside its metrics, kept in the order of steps. */
import type { CheckpointEvent, CommandEvent, PhaseEvent, ProgressEvent, RunEvent } from '@grokscope/schema';
import { indexAt } from './series.js';

export type PhaseName = PhaseEvent['phase'];

export interface History {
  /** Measured progress, ascending; a step measured again (with the final keys) replaces. */
  readonly progress: readonly ProgressEvent[];
  /** The phases in their order, each as it was last told. */
  readonly phases: readonly PhaseEvent[];
  /** Each phase as it was first told, in the order of telling: what a later look then revised. */
  readonly toldFirst: readonly PhaseEvent[];
  /** Steps whose weights are kept, ascending. */
  readonly saved: readonly number[];
  /** Settings changed by hand. */
  readonly interventions: readonly CommandEvent[];
}

export const emptyHistory: History = {
  progress: [],
  phases: [],
  toldFirst: [],
  saved: [],
  interventions: [],
};

const withProgress = (
  known: readonly ProgressEvent[],
  events: readonly ProgressEvent[],
): readonly ProgressEvent[] => {
  const byStep = new Map(known.map((event) => [event.step, event]));
  for (const event of events) byStep.set(event.step, event);
  return [...byStep.values()].sort((a, b) => a.step - b.step);
};

const withPhases = (known: readonly PhaseEvent[], events: readonly PhaseEvent[]): readonly PhaseEvent[] => {
  const byName = new Map(known.map((event) => [event.phase, event]));
  for (const event of events) byName.set(event.phase, event);
  return [...byName.values()].sort((a, b) => a.step - b.step);
};

const withFirst = (known: readonly PhaseEvent[], events: readonly PhaseEvent[]): readonly PhaseEvent[] =>
  events.reduce(
    (all, event) => (all.some(({ phase }) => phase === event.phase) ? all : [...all, event]),
    known,
  );

const withSaved = (known: readonly number[], events: readonly CheckpointEvent[]): readonly number[] =>
  [...new Set([...known, ...events.map(({ step }) => step)])].sort((a, b) => a - b);

/** The history after these events; what none of them concerns stays the same object. */
export const appendHistory = (history: History, events: readonly RunEvent[]): History => {
  const progress = events.filter((event) => event.type === 'progress');
  const phases = events.filter((event) => event.type === 'phase');
  const saved = events.filter((event) => event.type === 'checkpoint');
  const set = events.filter((event) => event.type === 'command' && event.command === 'set');
  if (progress.length + phases.length + saved.length + set.length === 0) return history;
  return {
    progress: progress.length === 0 ? history.progress : withProgress(history.progress, progress),
    phases: phases.length === 0 ? history.phases : withPhases(history.phases, phases),
    toldFirst: phases.length === 0 ? history.toldFirst : withFirst(history.toldFirst, phases),
    saved: saved.length === 0 ? history.saved : withSaved(history.saved, saved),
    interventions:
      set.length === 0 ? history.interventions : [...history.interventions, ...(set as CommandEvent[])],
  };
};

/** The last progress measured at or before a step; null if there is none. */
export const progressAt = ({ progress }: History, step: number): ProgressEvent | null =>
  progress[
    indexAt(
      progress.map((event) => event.step),
      step,
    )
  ] ?? null;

/** The phase a step lies in; null before the first and where none was told. */
export const phaseAt = ({ phases }: History, step: number): PhaseName | null =>
  phases[
    indexAt(
      phases.map((event) => event.step),
      step,
    )
  ]?.phase ?? null;

/** Phases as a person says them. */
export const PHASE_WORDS: Readonly<Record<PhaseName, string>> = {
  memorization: 'memorisation',
  circuitFormation: 'circuit formation',
  cleanup: 'cleanup',
  generalized: 'generalised',
};
