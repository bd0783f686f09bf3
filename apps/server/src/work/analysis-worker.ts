// The thread of one analysis: takes weights, returns every measure.
import { parentPort, workerData } from 'node:worker_threads';
import { analyzeWeights, offerModules } from 'grokscope';
import type { AnalysisAnswer, AnalysisTask } from './analyses.js';

// What files of parts import.
offerModules(async () => ({ grokscope: await import('grokscope'), rxjs: await import('rxjs') }));

const { spec, step, tensors } = workerData as AnalysisTask;
const weights = Object.entries(tensors).flatMap(([name, { dtype, shape, data }]) =>
  dtype === 'F32' ? [{ name, shape, data }] : [],
);
const answer = (told: AnalysisAnswer): void => parentPort?.postMessage(told);
analyzeWeights(spec, weights, { step }).then(
  // In JSON form: a number that is not finite becomes null.
  (analysis) => answer({ analysis: JSON.parse(JSON.stringify(analysis)) as object }),
  (error: unknown) => answer({ problem: error instanceof Error ? error.message : String(error) }),
);
