import { analyze } from '@grokscope/interpret';
import { createReferenceEngine } from '@grokscope/engine';
import { resolveRunSpec } from '@grokscope/experiments';
import type { RunSpec } from '@grokscope/schema';
import { describe, expect, it } from 'vitest';
import { firstChoice } from './looks.js';
import { beginningOf, lookAt, right } from '../testing/looks.js';
import type { Depth } from './protocol.js';

const specOf = (kind: 'modularAddition' | 'modularMultiplication', model: object = {}): RunSpec =>
  right(
    resolveRunSpec({
      task: { kind, p: 11 },
      model: { dModel: 12, nHeads: 2, dHead: 6, dMlp: 16, ...model },
    }),
  );

/** Everything that a worker posts for one order. */
const look = async (depth: Depth, spec: RunSpec, choice = firstChoice) => {
  const { dataset, tensors } = beginningOf(spec);
  return { looks: await lookAt(depth, spec, tensors, choice), dataset, tensors };
};

describe('a look into a network', () => {
  it('shows waves, attention, a neuron and an answer of the step it was given', async () => {
    const { spectra } = (await look('waves', specOf('modularAddition'))).looks;
    const choice = { ...firstChoice, neuron: 3, a: 4, b: 9 };
    const { pairs } = (await look('parts', specOf('modularAddition'), choice)).looks;
    expect([spectra?.step, spectra?.n, pairs?.step]).toEqual([40, 11, 40]);
    expect(spectra?.neuronLogit?.byFrequency).toHaveLength(5);
    expect(spectra?.planes).toHaveLength(5);
    expect(pairs?.patterns).toHaveLength(2);
    expect(pairs?.neuron?.index).toBe(3);
    const { answer, neuron } = pairs!;
    expect([answer.a, answer.b, answer.logits.length]).toEqual([4, 9, 11]);
    expect(answer.belief.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 12);
    // Parseval: the transform keeps the length of the centred activation.
    const mean = neuron!.activation.reduce((sum, x) => sum + x, 0) / 121;
    const varies = neuron!.activation.reduce((sum, x) => sum + (x - mean) ** 2, 0);
    expect(neuron!.spectrum!.reduce((sum, x) => sum + x * x, 0)).toBeCloseTo(varies, 10);
  });

  it('measures in depth what analyze measures', async () => {
    const { looks, dataset, tensors } = await look('deep', specOf('modularAddition'));
    const spec = specOf('modularAddition');
    const wanted = await analyze({
      model: spec.model,
      dataset,
      weights: tensors,
      step: 40,
      engine: createReferenceEngine(),
    });
    expect(looks.analysis?.analysis).toEqual(wanted);
    expect([...looks.singular!.W_E]).toEqual(wanted.singularValues!.W_E);
    expect([...looks.singular!.W_L!]).toEqual(wanted.singularValues!.W_L);
    expect(looks.neurons?.frequency.filter((k) => k > 0)).toHaveLength(wanted.neurons?.assigned ?? 0);
  });

  it('asks for numbers that the task has', async () => {
    const { looks } = await look('parts', specOf('modularAddition'), {
      ...firstChoice,
      neuron: 999,
      a: 99,
      b: 5,
    });
    expect([looks.pairs?.answer.a, looks.pairs?.answer.b, looks.pairs?.neuron?.index]).toEqual([10, 5, 15]);
  });

  it('sees multiplication in the order that makes it cyclic: 0 has no place', async () => {
    const waves = await look('waves', specOf('modularMultiplication'));
    const parts = await look('parts', specOf('modularMultiplication'));
    expect([waves.looks.spectra?.n, parts.looks.pairs?.nFirst]).toEqual([10, 10]);
  });

  it('shows of a deeper network what it has, and nothing that it has not', async () => {
    const waves = await look('waves', specOf('modularAddition', { nLayers: 2 }));
    expect(waves.looks.spectra?.embedding.byFrequency).toHaveLength(5);
    expect(waves.looks.spectra?.neuronLogit).toBeUndefined();
    expect((await look('parts', specOf('modularAddition', { nLayers: 2 }))).looks.pairs).toBeNull();
    const deep = await look('deep', specOf('modularAddition', { nLayers: 2 }));
    expect(deep.looks.neurons).toBeNull();
    expect(deep.looks.singular?.W_L).toBeUndefined();
  });

  it('has no neurons to show without an MLP', async () => {
    const bare = specOf('modularAddition', { dMlp: 0 });
    expect((await look('parts', bare)).looks.pairs?.neuron).toBeNull();
    expect((await look('waves', bare)).looks.spectra?.neuronLogit).toBeUndefined();
  });
});
