import { cpus } from 'node:os';
import { join } from 'node:path';
import type { SweepPlan, SweepRow } from '@grokscope/experiments';
import { findingOf } from '@grokscope/experiments';
import { findingFigure } from '@grokscope/figures';
import { writeFileAtomic } from '@grokscope/store';
import { csv, sweepTable } from './sweep-table.js';

/** Where the results of a sweep lie. */
export interface SweepFiles {
  readonly csv: string;
  readonly json: string;
  readonly figure: string;
}

/** Names of the results in a sweep's folder. */
export const RESULT_FILES = { csv: 'table.csv', json: 'table.json', figure: 'finding.svg' } as const;

/** Writes the table of all runs that have ended (CSV and JSON) and the figure of the finding into a sweep's folder. */
export async function writeResults(
  folder: string,
  sweepId: string,
  plan: SweepPlan,
  rows: readonly SweepRow[],
): Promise<SweepFiles> {
  const files = {
    csv: join(folder, RESULT_FILES.csv),
    json: join(folder, RESULT_FILES.json),
    figure: join(folder, RESULT_FILES.figure),
  };
  const machine = { cpu: cpus()[0]?.model.trim() ?? 'unknown', cores: cpus().length, node: process.version };
  const finding = findingOf(plan.spec, rows);
  const data = { sweepId, sweep: plan.spec, machine, finding, runs: rows };
  await writeFileAtomic(files.csv, csv(sweepTable(plan, rows)));
  await writeFileAtomic(files.json, `${JSON.stringify(data, null, 2)}\n`);
  await writeFileAtomic(files.figure, findingFigure(finding));
  return files;
}
