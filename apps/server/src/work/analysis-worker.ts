// The thread of one analysis: takes weights, returns every measure.
import { parentPort, workerData } from 'node:worker_threads';
import { builtIn, withFiles } from '@grokscope/parts';
import * as E from 'fp-ts/lib/Either.js';
import { analyzeWeights, keptFiles, offerModules, type Analysis } from 'grokscope';
import type { AnalysisAnswer, AnalysisTask } from './analyses.js';

// What files of parts import.
offerModules(async () => ({ grokscope: await import('grokscope'), rxjs: await import('rxjs') }));

const { spec, step, tensors, folder, files } = workerData as AnalysisTask;
const weights = Object.entries(tensors).flatMap(([name, { dtype, shape, data }]) =>
  dtype === 'F32' ? [{ name, shape, data }] : [],
);
const answer = (told: AnalysisAnswer): void => parentPort?.postMessage(told);

async function analysis(): Promise<Analysis> {
  const kept = keptFiles(folder, { files });
  if (E.isLeft(kept)) throw new Error(String(kept.left));
  return analyzeWeights(spec, weights, { step, catalogue: withFiles(builtIn, kept.right) });
}

analysis().then(
  // As JSON has it: a number that is not finite is null.
  (found) => answer({ analysis: JSON.parse(JSON.stringify(found)) as object }),
  (error: unknown) => answer({ problem: error instanceof Error ? error.message : String(error) }),
);
