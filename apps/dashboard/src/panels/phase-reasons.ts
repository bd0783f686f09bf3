import { formatCount, formatNumber } from '@grokscope/figures';
import type { PhaseEvent } from '@grokscope/schema';
import { PHASE_WORDS } from '../history.js';

/** A phase in words: where it begins, and what it was told from. */
export interface PhaseReason {
  readonly phase: PhaseEvent['phase'];
  readonly begins: string;
  readonly because: string;
}

const BECAUSE: Readonly<Record<PhaseEvent['phase'], string>> = {
  memorization: 'what it trained on was known, the rest no better than guessed',
  circuitFormation: 'from here on losing the key frequencies costs more and more, while weights shrink',
  cleanup:
    'the test loss had fallen below half its peak and below that of guessing, and the weights had shrunk',
  generalized: 'unseen examples are known, and the weights have settled',
};

const NAMES: readonly (readonly [string, string])[] = [
  ['trainLoss', 'train loss'],
  ['testLoss', 'test loss'],
  ['excludedLoss', 'excluded'],
  ['restrictedLoss', 'restricted'],
  ['sumSquaredWeights', 'Σ w²'],
];

/** Why each phase was told, with the numbers seen when it was. */
export const phaseReasons = (phases: readonly PhaseEvent[]): PhaseReason[] =>
  phases.map(({ phase, step, evidence, revisedFrom }) => {
    const known = evidence as Readonly<Record<string, number | null>>;
    const numbers = NAMES.flatMap(([key, name]) => {
      const value = known[key];
      return typeof value === 'number' ? [`${name} ${formatNumber(value)}`] : [];
    });
    const at = known['measuredAt'] ?? known['toldAt'];
    const seen = typeof at === 'number' ? `seen at step ${formatCount(at)}: ` : '';
    const before =
      revisedFrom === undefined
        ? ''
        : ` (while the run went on it was told from ${formatCount(revisedFrom)})`;
    return {
      phase,
      begins: `${PHASE_WORDS[phase]}, from step ${formatCount(step)}${before}`,
      because: `${BECAUSE[phase]}${numbers.length > 0 ? ` (${seen}${numbers.join(', ')})` : ''}`,
    };
  });
