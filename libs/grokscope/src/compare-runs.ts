import type { RunSpec, SpecDifference } from '@grokscope/schema';
import { specDifferences } from '@grokscope/schema';
import type { RunSummary } from '@grokscope/store';

/** What came of a run, as comparisons show it. */
export type RunOutcome = Pick<
  RunSummary,
  'runId' | 'state' | 'step' | 'testLoss' | 'testAccuracy' | 'stepGeneralized'
>;

/** In which settings runs differ, and what came of each, in the order they were given. */
export interface RunComparison {
  readonly runs: readonly RunOutcome[];
  readonly differences: readonly SpecDifference[];
}

/** Compares runs, each by its spec and its line of the list. */
export function compareRuns(
  runs: readonly { readonly spec: RunSpec; readonly summary: RunSummary }[],
): RunComparison {
  return {
    runs: runs.map(({ summary: { runId, state, step, testLoss, testAccuracy, stepGeneralized } }) => ({
      ...{ runId, state, step, testLoss, testAccuracy, stepGeneralized },
    })),
    differences: specDifferences(runs.map(({ spec }) => spec)),
  };
}
