import { createReferenceEngine } from '@grokscope/engine';
import { builtInMeasures, namedMeasureFaults } from '@grokscope/interpret';
import { datasetOf, decodeRunSpec } from '@grokscope/parts';
import { decodeRunEvent, type ProgressEvent, type RunSpec } from '@grokscope/schema';
import { firstValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { train, type TrainingItem } from '../index.js';

const transformer = { nLayers: 2, dModel: 6, nHeads: 2, dHead: 3, dMlp: 5 };
const mlp = { kind: 'mlp', hidden: [7], dEmbed: 3 };
const specOf = (
  model: object,
  measures?: readonly string[],
  task: object = { kind: 'modularAddition', p: 5 },
) => {
  const observe = {
    metricsEvery: 1,
    progressEvery: 2,
    checkpointEvery: 4,
    ...(measures ? { measures } : {}),
  };
  const decoded = decodeRunSpec({ task, model, training: { steps: 4 }, observe });
  if (decoded._tag === 'Left') throw new Error(JSON.stringify(decoded.left));
  return decoded.right;
};
const examplesOf = (spec: RunSpec) => {
  const dataset = datasetOf(spec);
  if (dataset._tag === 'Left') throw new Error(dataset.left.message);
  return dataset.right;
};

async function itemsOf(spec: RunSpec): Promise<readonly TrainingItem[]> {
  const engine = createReferenceEngine();
  const deps = { engine, dataset: examplesOf(spec), runId: 'a', why: 'a test', now: () => 0 };
  const items = await firstValueFrom(train(spec, deps).pipe(toArray()));
  await engine.dispose();
  return items;
}
const looksOf = (items: readonly TrainingItem[]): readonly ProgressEvent[] =>
  items.filter((item) => item.type === 'progress').filter(({ keys }) => keys !== 'final');

const NAMED = [
  'effectiveRank',
  'gradientNorm',
  'attentionEntropy',
  'deadNeurons',
  'accuracyByAnswer',
  'rightSince',
] as const;

describe('measures that a spec names', () => {
  it('are told, in events that hold, and those it does not name are not', async () => {
    const [plain, named] = [await itemsOf(specOf(transformer)), await itemsOf(specOf(transformer, NAMED))];
    for (const look of looksOf(plain)) {
      for (const name of NAMED) expect(look).not.toHaveProperty(name);
      expect(look.measures).toHaveProperty('softmaxCollapse', 0);
    }
    expect(looksOf(named)).toHaveLength(3);
    for (const look of looksOf(named)) {
      for (const name of NAMED) expect(look).toHaveProperty(name);
      expect(look.effectiveRank!['embed.W_E']).toBeGreaterThan(1);
      expect(look.gradientNorm!.total).toBeGreaterThan(0);
      expect(Object.keys(look.attentionEntropy!)).toEqual(['L0H0', 'L0H1', 'L1H0', 'L1H1']);
      expect(look.deadNeurons!.of).toBe(10);
      expect(look.rightSince!.steps).toHaveLength(25);
      const stored = { ...(JSON.parse(JSON.stringify(look)) as object), seq: 0 };
      expect(decodeRunEvent(stored, builtInMeasures)).toMatchObject({ _tag: 'Right' });
    }
  });

  it('change nothing of the training, and nothing else that is told', async () => {
    for (const model of [transformer, mlp]) {
      const names = model === mlp ? ['gradientNorm', 'neurons', 'deadNeurons'] : NAMED;
      const [plain, named] = [await itemsOf(specOf(model)), await itemsOf(specOf(model, names))];
      const rest = (items: readonly TrainingItem[]): object[] =>
        items.map((item) => {
          if (item.type === 'snapshot') return { step: item.step, weights: item.weights, of: item.optimizer };
          const entries = Object.entries(item).filter(
            ([key]) =>
              !(names as readonly string[]).includes(key) && !/PerSecond|Ms$|^spec$|^time$/.test(key),
          );
          return Object.fromEntries(entries);
        });
      expect(rest(named)).toEqual(rest(plain));
    }
  });

  it('have neurons by frequency of an MLP, whose weights a look counts as well', async () => {
    const [look] = looksOf(await itemsOf(specOf(mlp, ['neurons', 'effectiveRank'])));
    expect(look!.neurons!.assigned).toBeLessThanOrEqual(7);
    expect(Object.keys(look!.effectiveRank!)).toContain('mlp.W_in');
  });

  it('are refused where there is none of that name, or none for this run, with what is meant', () => {
    const faultsOf = (model: object, names: readonly string[], task?: object) => {
      const spec = specOf(model, names, task);
      return namedMeasureFaults(spec, [], examplesOf(spec)).map(({ path, message }) => [path, message]);
    };
    expect(faultsOf(transformer, NAMED)).toEqual([]);
    expect(faultsOf(transformer, ['gradientNorms', 'xyzzy', 'spectra', 'gini'])).toEqual([
      ['observe.measures.0', 'names no measure; did you mean gradientNorm?'],
      ['observe.measures.1', 'names no measure'],
      ['observe.measures.2', 'is a measure of saved weights alone: `analyze` has it'],
    ]);
    expect(faultsOf(mlp, ['attentionEntropy'])).toEqual([
      ['observe.measures.0', 'is no measure of this run: a model of the kind mlp has no heads'],
    ]);
    expect(faultsOf(transformer, ['neurons'], { kind: 'rot13' })).toEqual([
      ['observe.measures.0', 'is no measure of this run: the task is not one on pairs of numbers'],
    ]);
  });

  it('are a list of different names, and without the key a spec is what it was', () => {
    const pathsOf = (measures: unknown): readonly string[] => {
      const decoded = decodeRunSpec({ task: { kind: 'modularAddition', p: 5 }, observe: { measures } });
      return decoded._tag === 'Left' ? decoded.left.map(({ path }) => path) : [];
    };
    expect(pathsOf(['a', 'b'])).toEqual([]);
    for (const wrong of [[], ['a', 'a'], 'a', [3], ['']])
      expect(pathsOf(wrong), JSON.stringify(wrong)).toEqual(['observe.measures']);
    expect(specOf(transformer).observe).not.toHaveProperty('measures');
  });
});
