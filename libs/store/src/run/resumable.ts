import type { RunSpec } from '@grokscope/schema';
import { decodeStoredSpec, specDifferences } from '@grokscope/schema';
import type { RunHistory } from '../events/run-history.js';

/** Why a run has nothing left to do towards a total of `steps` steps; undefined if it has. */
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
    ? `it has recorded step ${stored}, beyond the total of ${steps} steps requested`
    : undefined;
}

/**
 * Why a run cannot continue under `spec` as the same run: only what cannot have changed a step already made may differ
 * from the settings it started with, namely the number of steps under a constant schedule. Undefined if nothing else
 * differs.
 */
export function whyAnotherRun({ facts }: Pick<RunHistory, 'facts'>, spec: RunSpec): string | undefined {
  const before = facts.started === null ? undefined : decodeStoredSpec(facts.started.spec);
  const now = decodeStoredSpec(spec);
  // Nothing was stored, or a version with other settings stored it: there is nothing to compare with.
  if (before?._tag !== 'Right' || now._tag !== 'Right') return undefined;
  const differences = specDifferences([before.right, now.right]);
  const other = differences.filter(({ path }) => path !== 'training.steps');
  if (other.length > 0) {
    const said = other.map(({ path, values: [was, is] }) => `${path} was ${shown(was)} and is ${shown(is)}`);
    return `its run.json is not what it started with: ${said.join('; ')}. Put that back, or start a new run`;
  }
  const steps = differences.find(({ path }) => path === 'training.steps');
  if (steps === undefined || now.right.optimizer.schedule !== 'cosine') return undefined;
  const [was, is] = steps.values;
  return (
    `its cosine schedule spreads the learning rate over training.steps: with ${shown(is)} steps in place of ${shown(was)} ` +
    `the steps it has made would have been others. Start a new run with training.steps=${shown(is)}, or one with ` +
    'optimizer.schedule=constant, which can be made longer'
  );
}

const shown = (value: unknown): string => (value === undefined ? 'not set' : JSON.stringify(value));
