// The thread of one export: takes a run's folder, returns the file for another tool.
import { parentPort, workerData } from 'node:worker_threads';
import * as E from 'fp-ts/lib/Either.js';
import { openRun } from '@grokscope/store';
import { exportRun, fileOf } from 'grokscope';
import type { RunExport } from 'grokscope';
import type { ExportAnswer, ExportOrder } from './exports.js';

const { runsDir, runId, format, step, table } = workerData as ExportOrder;
const run = await openRun(runsDir, runId)();
const made = E.isLeft(run) ? run : await exportRun(run.right, format, step);
const file = E.map((whole: RunExport) => fileOf(whole, table))(made);
parentPort?.postMessage(file satisfies ExportAnswer);
