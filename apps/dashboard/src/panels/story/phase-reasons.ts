import { formatCount, formatNumber } from '@grokscope/figures';
import type { MetricScalar, PhaseEvent } from '@grokscope/schema';
import { scalarInfo } from '@grokscope/schema';
import type { History } from '../../run/history.js';
import { PHASE_WORDS } from '../../run/history.js';
import { toldAt } from '../../story/phase-words.js';

/** A phase in words: where it begins, and the numbers it was judged by. */
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

const nameOf = (metric: MetricScalar): readonly [string, string] => [
  metric,
  scalarInfo(metric)?.label ?? metric,
];

const NAMES: readonly (readonly [string, string])[] = [
  nameOf('trainLoss'),
  nameOf('testLoss'),
  ['excludedLoss', 'excluded'],
  ['restrictedLoss', 'restricted'],
  nameOf('sumSquaredWeights'),
];

/** What a later look at the whole run changed: `; while the run went on it was reported from step 400`. */
const revisionWords = (phase: PhaseEvent, first: PhaseEvent | undefined): string => {
  if (phase.revised !== true) return '';
  const told = phase.revisedFrom ?? first?.step;
  const before = told === phase.step ? undefined : told;
  const was =
    before === undefined ? '' : `; while the run went on, it was reported from step ${formatCount(before)}`;
  return `, as seen afterwards${was}`;
};

/** The reason for each phase, with the numbers at that time; a revision is marked as one. */
export const phaseReasons = ({ phases, toldFirst }: Pick<History, 'phases' | 'toldFirst'>): PhaseReason[] =>
  phases.map((event) => {
    const { phase, step, evidence } = event;
    const known = evidence as Readonly<Record<string, number | null>>;
    const numbers = NAMES.flatMap(([key, name]) => {
      const value = known[key];
      return typeof value === 'number' ? [`${name} ${formatNumber(value)}`] : [];
    });
    const at = known['measuredAt'] ?? toldAt(event);
    const seen = typeof at === 'number' ? `seen at step ${formatCount(at)}: ` : '';
    const first = toldFirst.find((one) => one.phase === phase);
    return {
      phase,
      begins: `${PHASE_WORDS[phase]}, from step ${formatCount(step)}${revisionWords(event, first)}`,
      because: `${BECAUSE[phase]}${numbers.length > 0 ? ` (${seen}${numbers.join(', ')})` : ''}`,
    };
  });
