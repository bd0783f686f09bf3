/** What a run has told of itself beside its metrics, kept in the order of steps. */
import type {
  CheckpointEvent,
  CommandEvent,
  FallEvent,
  PhaseEvent,
  ProgressEvent,
  RunEvent,
} from '@grokscope/schema';
import { finalKeysAfter, keysOf } from '@grokscope/schema';
import { indexAt } from '../plot/series.js';

export type PhaseName = PhaseEvent['phase'];

export interface History {
  /**
   * Measured progress, ascending: for each step the values with its own keys and, once the run has ended, after them
   * those with the final keys. Of a very long run not all.
   */
  readonly progress: readonly ProgressEvent[];
  /**
   * Looks with final keys. A run that continues after an ending ends with other final keys: `keys` are the valid ones,
   * null while it continues, and `looks` those of every ending, since an ending does not repeat what was already
   * reported.
   */
  readonly final: { readonly looks: readonly ProgressEvent[]; readonly keys: string | null };
  /** The phases in order, each as it was last reported. */
  readonly phases: readonly PhaseEvent[];
  /** Each phase as it was first reported, in the order of reporting, before any revision by a later look. */
  readonly toldFirst: readonly PhaseEvent[];
  /** Steps whose weights are kept, ascending. */
  readonly saved: readonly number[];
  /** Where the run, having generalised, fell back; ascending. */
  readonly falls: readonly FallEvent[];
  /** Settings changed by hand. */
  readonly interventions: readonly CommandEvent[];
}

export const emptyHistory: History = {
  progress: [],
  final: { looks: [], keys: null },
  phases: [],
  toldFirst: [],
  saved: [],
  falls: [],
  interventions: [],
};

/**
 * If there are more looks of a kind than this, only the first in each of half as many equal stretches of steps is kept,
 * and the last.
 */
export const MOST_LOOKS = 2048;

const isFinal = ({ keys }: ProgressEvent): boolean => keys === 'final';

const byStep = (looks: readonly ProgressEvent[]): readonly ProgressEvent[] => {
  const all = [...new Map(looks.map((look) => [look.step, look])).values()].sort((a, b) => a.step - b.step);
  if (all.length <= MOST_LOOKS) return all;
  const first = all[0]?.step ?? 0;
  const width = ((all.at(-1)?.step ?? 0) - first) / (MOST_LOOKS / 2);
  const stretchOf = ({ step }: ProgressEvent): number => Math.floor((step - first) / width);
  return all.filter((look, i) => {
    const [before, after] = [all[i - 1], all[i + 1]];
    return before === undefined || after === undefined || stretchOf(before) !== stretchOf(look);
  });
};

const withFinal = (known: History['final'], events: readonly RunEvent[]): History['final'] =>
  events.reduce((final, event) => {
    if (event.type === 'progress' ? !isFinal(event) : event.type !== 'started' && event.type !== 'ended')
      return final;
    const { looks } = final;
    const newest = looks.at(-1);
    const last = newest ? keysOf(newest) : null;
    const { hold: keys } = finalKeysAfter({ last, hold: final.keys }, event);
    if (event.type !== 'progress') return keys === final.keys ? final : { looks, keys };
    const others = looks.filter((look) => look.step !== event.step || keysOf(look) !== keysOf(event));
    return { looks: [...others, event], keys };
  }, known);

const withProgress = (
  known: readonly ProgressEvent[],
  events: readonly ProgressEvent[],
  { looks, keys }: History['final'],
): readonly ProgressEvent[] => {
  const current = byStep([...known, ...events].filter((look) => !isFinal(look)));
  const final = byStep(looks.filter((look) => keysOf(look) === keys));
  return [...current, ...final].sort((a, b) => a.step - b.step);
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

/** A checkpoint names the older ones that were thinned out when it was written. */
const withSaved = (known: readonly number[], events: readonly CheckpointEvent[]): readonly number[] => {
  const saved = new Set(known);
  for (const { step, thinned = [] } of events) {
    for (const old of thinned) saved.delete(old);
    saved.add(step);
  }
  return [...saved].sort((a, b) => a - b);
};

/** The history after these events; parts that none of them concerns stay the same object. */
export const appendHistory = (history: History, events: readonly RunEvent[]): History => {
  const progress = events.filter((event) => event.type === 'progress');
  const phases = events.filter((event) => event.type === 'phase');
  const saved = events.filter((event) => event.type === 'checkpoint');
  const set = events.filter((event) => event.type === 'command' && event.command === 'set');
  const falls = events.filter((event) => event.type === 'fall');
  const final = withFinal(history.final, events);
  const isSame = final === history.final;
  if (isSame && progress.length + phases.length + saved.length + set.length + falls.length === 0)
    return history;
  return {
    progress:
      isSame && progress.length === 0 ? history.progress : withProgress(history.progress, progress, final),
    final,
    phases: phases.length === 0 ? history.phases : withPhases(history.phases, phases),
    toldFirst: phases.length === 0 ? history.toldFirst : withFirst(history.toldFirst, phases),
    saved: saved.length === 0 ? history.saved : withSaved(history.saved, saved),
    falls: falls.length === 0 ? history.falls : [...history.falls, ...falls],
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

/** The phase that a step lies in; null before the first and if none was reported. */
export const phaseAt = ({ phases }: History, step: number): PhaseName | null =>
  phases[
    indexAt(
      phases.map((event) => event.step),
      step,
    )
  ]?.phase ?? null;

/** Phases in words. */
export const PHASE_WORDS: Readonly<Record<PhaseName, string>> = {
  memorization: 'memorisation',
  circuitFormation: 'circuit formation',
  cleanup: 'cleanup',
  generalized: 'generalised',
};
