import type { Engine } from '@grokscope/engine';
import { initialWeights } from '@grokscope/model';
import { HYPER_INPUT, hyperAt } from '@grokscope/optim';
import { builtIn } from '@grokscope/parts';
import type { RunSpec } from '@grokscope/schema';
import type { Dataset } from '@grokscope/tasks';
import { buildProgram, type ProgramParts } from './program.js';
import { writeWeights } from '../snapshot.js';

const STEPS = 3;

/**
 * Milliseconds that a training step of this run takes on an engine: three steps after one to warm up, on weights that
 * are discarded. Rejects with `EngineError` if the engine cannot run it.
 */
export async function timeSteps(
  spec: RunSpec,
  dataset: Dataset,
  engine: Engine,
  rewrites = true,
  parts: ProgramParts = builtIn,
): Promise<number> {
  const { functions, parameters, batchAt } = buildProgram(spec, dataset, { rewrites, parts });
  const program = await engine.compile({ train: functions.train });
  try {
    writeWeights(program, parameters, initialWeights(spec.model, dataset, parts.models));
    const feeds = Array.from({ length: STEPS }, (_, step) => ({
      ...batchAt(step),
      [HYPER_INPUT]: hyperAt(spec.optimizer, step, spec.training.steps, parts),
    }));
    await program.run('train', feeds.slice(0, 1));
    const start = performance.now();
    await program.run('train', feeds);
    return (performance.now() - start) / STEPS;
  } finally {
    await program.dispose();
  }
}
