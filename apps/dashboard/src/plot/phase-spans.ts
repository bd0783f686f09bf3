import type { PhaseEvent } from '@grokscope/schema';
import type { PhaseName } from '../run/history.js';
import { PHASE_WORDS } from '../run/history.js';

/** A phase as it is shaded: from its first step to the next phase's. */
export interface PhaseSpan {
  readonly phase: PhaseName;
  /** Index of its tint. */
  readonly tint: number;
  readonly from: number;
  readonly to: number;
  /** Its name, and a shorter one for where there is little room. */
  readonly labels: readonly [string, string];
}

const ORDER: readonly PhaseName[] = ['memorization', 'circuitFormation', 'cleanup', 'generalized'];
const SHORT: Readonly<Record<PhaseName, string>> = {
  memorization: 'memory',
  circuitFormation: 'circuits',
  cleanup: 'cleanup',
  generalized: 'general',
};

/** Which of the palette's tints is a phase's. */
export const tintIndexOf = (phase: PhaseName): number => Math.max(0, ORDER.indexOf(phase));

/** What to shade between step 0 and `end` (the last known step): phases in their order, none of no length. */
export const phaseSpans = (phases: readonly PhaseEvent[], end: number): PhaseSpan[] =>
  phases.flatMap(({ phase, step }, i) => {
    const to = Math.min(phases[i + 1]?.step ?? end, end);
    if (to <= step) return [];
    const labels = [PHASE_WORDS[phase], SHORT[phase]] as const;
    return [{ phase, tint: tintIndexOf(phase), from: step, to, labels }];
  });
