import { formatCount } from '@grokscope/figures';
import type { PhaseEvent } from '@grokscope/schema';
import type { RunView } from '../run/run-state.js';

/** The step at which a phase was reported; null if that was not recorded. */
export const toldAt = ({ evidence }: PhaseEvent): number | null => {
  const at = (evidence as Readonly<Record<string, number | null>>)['toldAt'];
  return typeof at === 'number' ? at : null;
};

/**
 * Whether a phase that began by `step` was recognised only later: reported after it, or revised by a look at the whole
 * run.
 */
export const isHindsight = (phase: PhaseEvent, step: number): boolean =>
  phase.revised === true || (toldAt(phase) ?? phase.step) > step;

/** Since when circuits have been forming, while they are; null before, and once cleanup has begun. */
export const circuitWords = ({ history, step }: RunView): string | null => {
  const current = history.phases[history.phases.length - 1];
  if (current?.phase !== 'circuitFormation') return null;
  const seen = isHindsight(current, step) ? ', as seen afterwards' : '';
  return `Circuits have been forming since step ${formatCount(current.step)}${seen}.`;
};
