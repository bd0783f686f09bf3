import * as E from 'fp-ts/lib/Either.js';
import { formatCount, formatNumber, formatPercent } from '@grokscope/figures';
import { formatSetting } from '@grokscope/schema';
import type { RunSpec } from '@grokscope/schema';
import type { RunSummary } from '@grokscope/store';
import { openCatalogue, openRun } from '@grokscope/store';
import { compareRuns } from 'grokscope';
import type { CliError } from '../errors.js';
import { EXIT, usage } from '../errors.js';
import type { Output } from '../output.js';
import { table } from '../present/table.js';
import { runsDirOf } from '../runs-dir.js';
import { withSuggestion } from '../suggest-run.js';

/** Options of `grokscope compare`, as commander passes them. */
export interface CompareOptions {
  readonly runs?: string;
  readonly json?: true;
}

/** `grokscope compare`: shows the settings in which runs differ, and their results. */
export async function compareCommand(
  runIds: readonly string[],
  options: CompareOptions,
  output: Output,
): Promise<E.Either<CliError, number>> {
  if (runIds.length < 2) return E.left(usage('compare takes two runs or more'));
  const runsDir = runsDirOf(options.runs);
  if (E.isLeft(runsDir)) return runsDir;
  const { catalogue, index } = await openCatalogue(runsDir.right);
  const compared: { spec: RunSpec; summary: RunSummary }[] = [];
  try {
    for (const runId of runIds) {
      const run = await openRun(runsDir.right, runId)();
      if (E.isLeft(run)) return E.left(await withSuggestion(run.left, runsDir.right, runId));
      const summary = await catalogue.get(runId)();
      if (E.isLeft(summary)) return E.left({ _tag: 'Store', error: summary.left });
      compared.push({ spec: run.right.record.spec, summary: summary.right });
    }
  } finally {
    index?.close();
  }
  const comparison = compareRuns(compared);
  const { runs: outcomes, differences } = comparison;
  if (options.json === true) {
    output.out(`${JSON.stringify(comparison, null, 2)}\n`);
    return E.right(EXIT.done);
  }
  const settings = differences.map(({ path, values }) => [
    path,
    ...values.map((value) => formatSetting(path, value)),
  ]);
  const none = differences.length === 0 ? [['every setting', ...runIds.map(() => 'the same')]] : [];
  const results = [
    ['state', ...outcomes.map(({ state }) => state)],
    ['step', ...outcomes.map(({ step }) => formatCount(step))],
    ['test loss', ...outcomes.map(({ testLoss }) => orDash(testLoss, formatNumber))],
    ['test accuracy', ...outcomes.map(({ testAccuracy }) => orDash(testAccuracy, formatPercent))],
    ['generalised at', ...outcomes.map(({ stepGeneralized }) => orDash(stepGeneralized, formatCount))],
  ];
  output.out(table([['', ...runIds], ...settings, ...none, [''], ...results]));
  return E.right(EXIT.done);
}

const orDash = (value: number | null, words: (value: number) => string): string =>
  value === null ? '–' : words(value);
