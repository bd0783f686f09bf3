import { createReferenceEngine, type Engine } from '@grokscope/engine';
import { datasetOf, decodeRunSpec } from '@grokscope/parts';
import { firstValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { train } from '../index.js';
import { CORRECT } from '../program/evaluation.js';

/** Computes as the reference engine, but finds so large a share of the examples right, one measurement after another. */
function judging(shares: readonly number[]): Engine {
  const engine = createReferenceEngine();
  const left = [...shares];
  return {
    ...engine,
    dispose: () => engine.dispose(),
    compile: async (functions) => {
      const program = await engine.compile(functions);
      return {
        write: (name, values) => program.write(name, values),
        read: (name) => program.read(name),
        dispose: () => program.dispose(),
        run: async (name, feeds) => {
          const found = await program.run(name, feeds);
          const correct = found[CORRECT];
          if (!correct) return found;
          const share = left.shift()!;
          return { ...found, [CORRECT]: correct.map((_, i) => (i < share * correct.length ? 1 : 0)) };
        },
      };
    },
  };
}

describe('a run that falls back', () => {
  it('says so once, right after the measurement that shows it', async () => {
    const decoded = decodeRunSpec({
      task: { kind: 'modularAddition', p: 5 },
      data: { trainExamples: 1 },
      model: { nLayers: 1, dModel: 4, nHeads: 1, dHead: 4, dMlp: 0 },
      training: { steps: 4 },
      observe: { metricsEvery: 1, progressEvery: 100, checkpointEvery: 100 },
    });
    if (decoded._tag === 'Left') throw new Error(JSON.stringify(decoded.left));
    const dataset = datasetOf(decoded.right);
    if (dataset._tag === 'Left') throw new Error(dataset.left.message);
    const engine = judging([0, 1, 0.5, 0.4, 1, 1, 1]);
    const deps = { engine, dataset: dataset.right, runId: 'a', why: 'a test' };
    const items = await firstValueFrom(train(decoded.right, deps).pipe(toArray()));
    const told = items.filter((item) => item.type === 'metrics' || item.type === 'fall');
    expect(told.map(({ type, step }) => [type, step])).toEqual([
      ['metrics', 0],
      ['metrics', 1],
      ['metrics', 2],
      ['fall', 2],
      ['metrics', 3],
      ['metrics', 4],
    ]);
    const measured = told.find((item) => item.type === 'metrics' && item.step === 2)!;
    const { testAccuracy } = measured;
    expect(told.find(({ type }) => type === 'fall')).toMatchObject({ learnedAt: 1, testAccuracy });
    await engine.dispose();
  });
});
