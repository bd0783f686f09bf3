import type { Provenance, RunSpec, SettingDifference } from '@grokscope/schema';
import { settingDifferences } from '@grokscope/schema';
import type { RunSummary } from '@grokscope/store';
import { provenanceOf } from '@grokscope/store';

/** What came of a run, as comparisons show it, and what shaped it beside its spec. */
export type RunOutcome = Pick<
  RunSummary,
  'runId' | 'state' | 'step' | 'testLoss' | 'testAccuracy' | 'stepGeneralized'
> &
  Pick<Provenance, 'initialWeights' | 'rewrites' | 'changes'>;

/** In which settings runs differ, and what came of each, in the order they were given. */
export interface RunComparison {
  readonly runs: readonly RunOutcome[];
  /**
   * Paths of the spec, and `initialWeights`, `rewrites`, `engine` and `threads`; the value of a setting that changed
   * while a run was made is a `ChangedValue`.
   */
  readonly differences: readonly SettingDifference[];
}

/** Compares runs, each by everything that shaped it and its line of the list. */
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
