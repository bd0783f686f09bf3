import { createReferenceEngine, type Engine } from '@grokscope/engine';
import { createWasmEngine } from '@grokscope/engine-wasm';
import { builtInActivations, builtInLosses } from '@grokscope/model';
import { decodeRunSpec } from '@grokscope/parts';
import { createDataset } from '@grokscope/tasks';
import { train } from '@grokscope/training';
import { lastValueFrom, toArray } from 'rxjs';
import { afterAll, expect, it } from 'vitest';

// Complete runs on a small scale, with each activation and each loss: addition mod 13, 50 full-batch steps.
const wasm = await createWasmEngine({ threads: 1 });
afterAll(() => wasm.dispose());

/** Train and test loss at every tenth step. */
async function losses(engine: Engine, actFn: string, loss: string): Promise<readonly (readonly number[])[]> {
  const decoded = decodeRunSpec({
    task: { kind: 'modularAddition', p: 13 },
    data: { trainFraction: 0.5, split: 'native' },
    model: { dModel: 10, nHeads: 2, dHead: 5, dMlp: 27, actFn },
    optimizer: { lr: 0.003, warmupSteps: 0 },
    training: { steps: 50, loss },
    observe: { metricsEvery: 10, progressEvery: 50, checkpointEvery: 50 },
  });
  if (decoded._tag === 'Left') throw new Error(JSON.stringify(decoded.left));
  const dataset = createDataset(decoded.right.task, decoded.right.data);
  if (dataset._tag === 'Left') throw new Error('the test has a bad dataset');
  const deps = { engine, dataset: dataset.right, runId: 'parts', why: 'test' };
  const items = await lastValueFrom(train(decoded.right, deps).pipe(toArray()));
  expect(items.at(-1)).toMatchObject({ type: 'ended', reason: 'completed', step: 50 });
  return items.flatMap((item) => (item.type === 'metrics' ? [[item.trainLoss!, item.testLoss!]] : []));
}

it.each([
  ...builtInActivations.map(({ kind }) => [kind, 'crossEntropy']),
  ...builtInLosses.filter(({ kind }) => kind !== 'crossEntropy').map(({ kind }) => ['relu', kind]),
  ['square', 'meanSquaredError'],
])('%s and %s train alike on wasm and in float64, and the train loss falls', async (actFn, loss) => {
  const got = await losses(wasm, actFn, loss);
  const want = await losses(createReferenceEngine(), actFn, loss);
  expect(got).toHaveLength(6);
  got.flat().forEach((value, i) => expect(Math.abs(value / want.flat()[i] - 1), `${i}`).toBeLessThan(1e-5));
  for (let at = 1; at < got.length; at++) expect(got[at][0]).toBeLessThan(got[at - 1][0]);
});
