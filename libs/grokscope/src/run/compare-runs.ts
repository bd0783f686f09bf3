import type { RunComparison, RunSpec } from '@grokscope/schema';
import { settingDifferences } from '@grokscope/schema';
import type { RunSummary } from '@grokscope/store';
import { provenanceOf } from '@grokscope/store';

/** Compares runs, each by everything that determined it and by its line of the list. */
export function compareRuns(
  runs: readonly { readonly spec: RunSpec; readonly summary: RunSummary }[],
): RunComparison {
  return {
    runs: runs.map(({ summary }) => {
      const { runId, state, step, testLoss, testAccuracy, stepGeneralized } = summary;
      const { initialWeights, rewrites, changes } = summary;
      const outcome = { runId, state, step, testLoss, testAccuracy, stepGeneralized };
      return { ...outcome, initialWeights, rewrites, changes };
    }),
    differences: settingDifferences(runs.map(({ spec, summary }) => provenanceOf(spec, summary))),
  };
}
