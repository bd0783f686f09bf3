import { cpus } from 'node:os';
import { join } from 'node:path';
import type { SweepPlan, SweepRow } from '@grokscope/experiments';
import { findingOf } from '@grokscope/experiments';
import { findingFigure } from '@grokscope/figures';
import type { SweepFolder } from './sweep-folder.js';
import { csv, sweepTable } from './sweep-table.js';

/** The paths of a sweep's results. */
export interface SweepFiles {
  readonly csv: string;
  readonly json: string;
  readonly figure: string;
}

/** Where the results come from. */
export interface ResultsOrigin {
  readonly sweepId: string;
  /** Wall time of all starts of the sweep that reached their end. */
  readonly elapsedMs: number;
  /** Runs at a time, in the last start. */
  readonly workers: number;
}

/** Names of the results in a sweep's folder. */
export const RESULT_FILES = { csv: 'table.csv', json: 'table.json', figure: 'finding.svg' } as const;

/**
 * Writes the table of all ended runs (CSV and JSON) and the figure of the finding into a sweep's folder. Rejects with
 * `SweepLost` if the folder is no longer this process's.
 */
export async function writeResults(
  folder: SweepFolder,
  origin: ResultsOrigin,
  plan: SweepPlan,
  rows: readonly SweepRow[],
): Promise<SweepFiles> {
  const machine = { cpu: cpus()[0]?.model.trim() ?? 'unknown', cores: cpus().length, node: process.version };
  const finding = findingOf(plan.spec, rows);
  const { sweepId, elapsedMs, workers } = origin;
  const data = { sweepId, elapsedMs, workers, machine, sweep: plan.spec, finding, runs: rows };
  await folder.writeFile(RESULT_FILES.csv, csv(sweepTable(plan, rows)));
  await folder.writeFile(RESULT_FILES.json, `${JSON.stringify(data, null, 2)}\n`);
  await folder.writeFile(RESULT_FILES.figure, findingFigure(finding));
  return {
    csv: join(folder.path, RESULT_FILES.csv),
    json: join(folder.path, RESULT_FILES.json),
    figure: join(folder.path, RESULT_FILES.figure),
  };
}
