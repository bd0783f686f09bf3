import type { RunHistory } from './run-history.js';

/** Why a run has nothing left to do towards `steps` steps in all; undefined where it has. */
export function whyNotResumable(
  { facts, lastMetrics, checkpoints }: Pick<RunHistory, 'facts' | 'lastMetrics' | 'checkpoints'>,
  steps: number,
): string | undefined {
  const stored = Math.max(lastMetrics, ...checkpoints, facts.ended?.step ?? 0);
  switch (facts.ended?.reason) {
    case 'diverged':
      return `it diverged at step ${facts.ended.step}, and would again; start another with a smaller learning rate`;
    case 'stopConditionMet':
      return `it met its stop condition at step ${facts.ended.step}; to see what comes after, start another run without training.stopWhen`;
    case 'completed':
      if (steps <= facts.ended.step) {
        return `it completed its ${facts.ended.step} steps; --steps with a larger total lets it go on`;
      }
      break;
    default:
  }
  return steps < stored
    ? `it has recorded step ${stored}, beyond the ${steps} steps asked for in all`
    : undefined;
}
