import { createReferenceEngine } from '@grokscope/engine';
import { createWasmEngine } from '@grokscope/engine-wasm';
import { builtIn, type FullCatalogue } from '@grokscope/parts';
import { builtInTasks, createDataset, type Task } from '@grokscope/tasks';
import { train, type TrainDeps } from '@grokscope/training';
import { defer, finalize, switchMap } from 'rxjs';
import type { ExecuteRunDeps } from '../execute-options.js';

/** Trains in the calling thread, so that commands given before the first step are heard before it. */
export const trainHere = trainHereWith({});

/** Trains in the calling thread on any of `tasks`, with the other parts of a catalogue. */
export const trainHereOn = (
  tasks: readonly Task[],
  catalogue: FullCatalogue = builtIn,
): Pick<ExecuteRunDeps, 'train'> => trainHereWith({ catalogue }, tasks);

/** The same, with what cannot be passed to another thread. */
export function trainHereWith(
  more: Pick<TrainDeps, 'measures' | 'catalogue'>,
  tasks: readonly Task[] = builtInTasks,
): Pick<ExecuteRunDeps, 'train'> {
  return {
    train: (spec, { engine, threads: _, runId = '', ...options }) =>
      defer(async () =>
        engine === 'reference' ? createReferenceEngine() : createWasmEngine({ threads: 1 }),
      ).pipe(
        switchMap((made) => {
          const dataset = createDataset(spec.task, spec.data, tasks);
          if (dataset._tag === 'Left') throw new Error(dataset.left.message);
          const deps = { engine: made, why: 'a test', dataset: dataset.right, runId, ...options, ...more };
          return train(spec, deps).pipe(finalize(() => void made.dispose()));
        }),
      ),
  };
}
