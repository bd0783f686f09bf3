import type { PhaseEvent } from '@grokscope/schema';
import type { PhaseName } from '../run/history.js';
import { PHASE_WORDS } from '../run/history.js';

/** A phase as it is shaded: from its first step to that of the next phase. */
export interface PhaseSpan {
  readonly phase: PhaseName;
  /** Index of its tint. */
  readonly tint: number;
  readonly from: number;
  readonly to: number;
  /** Its name, and a shorter one where space is scarce. */
  readonly labels: readonly [string, string];
}

const ORDER: readonly PhaseName[] = ['memorization', 'circuitFormation', 'cleanup', 'generalized'];
const SHORT: Readonly<Record<PhaseName, string>> = {
  memorization: 'memory',
  circuitFormation: 'circuits',
  cleanup: 'cleanup',
  generalized: 'general',
};

/** The index of a phase's tint in the palette. */
export const tintIndexOf = (phase: PhaseName): number => Math.max(0, ORDER.indexOf(phase));

/** The spans to shade between step 0 and `end` (the last known step): phases in order, none of zero length. */
export const phaseSpans = (phases: readonly PhaseEvent[], end: number): PhaseSpan[] =>
  phases.flatMap(({ phase, step }, i) => {
    const to = Math.min(phases[i + 1]?.step ?? end, end);
    if (to <= step) return [];
    const labels = [PHASE_WORDS[phase], SHORT[phase]] as const;
    return [{ phase, tint: tintIndexOf(phase), from: step, to, labels }];
  });
