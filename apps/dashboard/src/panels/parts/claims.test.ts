import { networkShapeOf } from '@grokscope/interpret';
import { answerWords } from '@grokscope/figures';
import { resolveRunSpec } from '@grokscope/experiments';
import type { NamedTensor } from '@grokscope/model';
import type { RunSpec, TaskSpec } from '@grokscope/schema';
import { describe, expect, it } from 'vitest';
import { chooseFrequencies, noFrequencies } from '../../run/frequency-tracker.js';
import type { Looks } from '../../look/looks.js';
import { noLooks } from '../../look/looks.js';
import { bestFrequency } from '../../look/neuron-share.js';
import { areFinite } from '../../look/significance.js';
import { beginningOf, lookAt, right } from '../../testing/looks.js';
import { keysOf, wavesOf } from '../../plot/waves.js';
import { ablationRows, ablationTitle } from '../ablation/ablation-rows.js';
import { answerTitle } from '../answer/answer-fit.js';
import { attentionMeans, attentionTitle, tellingWave } from '../attention/attention-words.js';
import { circlesTitle, isRing } from '../circles/circles-words.js';
import { componentsTitle } from '../components/components-words.js';
import { neuronTitle } from '../neurons/neuron-groups.js';
import { patternsTitle } from '../attention/patterns-words.js';
import { singularTitle } from '../components/singular-words.js';
import { spectrumTitle } from '../spectrum/spectrum-title.js';

const specOf = (task: object): RunSpec =>
  right(resolveRunSpec({ task, model: { dModel: 16, nHeads: 2, dHead: 8, dMlp: 24 } } as never));

const SPECS: readonly (readonly [string, RunSpec])[] = [
  ['addition', specOf({ kind: 'modularAddition', p: 31 })],
  ['multiplication', specOf({ kind: 'modularMultiplication', p: 13 })],
  ['permutations', specOf({ kind: 'permutationComposition', n: 3 })],
  [
    'sequences',
    specOf({ kind: 'repeatedSubsequence', length: 12, subsequence: 3, repeats: 2, vocabulary: 8 }),
  ],
];

const everything = async (spec: RunSpec, tensors: readonly NamedTensor[]): Promise<Looks> => {
  const [waves, parts, deep] = await Promise.all(
    (['waves', 'parts', 'deep'] as const).map((depth) => lookAt(depth, spec, tensors)),
  );
  return {
    ...noLooks,
    ...{ spectra: waves!.spectra, components: waves!.components, broken: waves!.broken },
    ...{ pairs: parts!.pairs, patterns: parts!.patterns },
    ...{ neurons: deep!.neurons, scores: deep!.scores, singular: deep!.singular, analysis: deep!.analysis },
  };
};

/** The titles of all panels that would be shown. */
const titlesOf = (looks: Looks, task: TaskSpec, width: number): Record<string, string> => {
  const { spectra, pairs, patterns, scores, components, singular, analysis } = looks;
  const titles: Record<string, string> = {};
  if (spectra) {
    const { standingOut } = chooseFrequencies(noFrequencies, spectra.embedding.byFrequency);
    titles['spectrum'] = spectrumTitle(wavesOf(keysOf(spectra), standingOut, false));
    titles['circles'] = circlesTitle(spectra.planes.filter(isRing).length);
  }
  if (pairs) {
    const { answer, neuron } = pairs;
    const best = answer.belief.reduce((at, x, c, all) => (x > (all[at] ?? 0) ? c : at), 0);
    titles['answer'] = answerTitle('the question', answer, best, String);
    titles['attention'] = attentionTitle(attentionMeans(pairs.patterns));
    titles['heads'] = (pairs.headWaves ?? [])
      .flatMap((wave) => tellingWave(wave, pairs.nFirst)?.k ?? [])
      .join(', ');
    if (neuron) {
      const { spectrum, activation } = neuron;
      const size = activation.reduce((sum, x) => sum + x * x, 0);
      const found = spectrum ? bestFrequency(spectrum, pairs.nFirst, size) : null;
      const isAssigned = (found?.share ?? 0) > 0.85;
      titles['neuron'] = neuronTitle(0, found, isAssigned, spectrum !== undefined, areFinite(activation));
    }
  }
  if (patterns) titles['patterns'] = patternsTitle(task, scores?.scores ?? null);
  if (components)
    titles['components'] = componentsTitle(components.explained, components.words.length, width);
  if (singular) titles['singular'] = singularTitle(singular.W_E);
  if (analysis) titles['ablations'] = ablationTitle(analysis.analysis, Math.log(answerWords(task).count));
  return titles;
};

const scaled = (tensors: readonly NamedTensor[], factor: number): NamedTensor[] =>
  tensors.map((tensor) => ({ ...tensor, data: tensor.data.map((x) => x * factor) }));

describe.each(SPECS)('what the panels claim of a network for %s', (_, spec) => {
  const { task, model } = spec;
  const { tensors } = beginningOf(spec);
  const last = tensors.length - 1;

  it.each([
    ['all of NaN', scaled(tensors, NaN), tensors[0]?.name],
    [
      'with one infinite value',
      tensors.map((tensor, i) =>
        i === last ? { ...tensor, data: tensor.data.map((x, j) => (j === 3 ? Infinity : x)) } : tensor,
      ),
      tensors[last]?.name,
    ],
  ])('is nothing but that, where weights are %s', async (_name, broken, first) => {
    const looks = await everything(spec, broken);
    expect(looks).toEqual({ ...noLooks, broken: { step: 40, tensor: first } });
  });

  it.each([
    ['random', 1],
    ['small', 1e-3],
    ['large', 8],
    ['too large for numbers', 1e30],
    ['zero', 0],
  ])('is no finding, and no text that is no number, where weights are %s', async (_name, factor) => {
    const looks = await everything(spec, scaled(tensors, factor));
    expect(looks.broken).toBeNull();
    const titles = titlesOf(looks, task, networkShapeOf(model).dModel);
    for (const title of Object.values(titles)) expect(title).not.toMatch(/NaN|undefined|null|Infinity|–/);
    const all = Object.values(titles)
      .join('\n')
      .replace('No frequency stands out yet', '')
      .replace('No direction stands out', '');
    expect(all).not.toMatch(/stands? out|carry|carries|fall into circles|computes with|Without frequency/m);
    expect(all).not.toMatch(/is an induction head|Two directions hold/);
    expect(titles['heads'] ?? '').toBe('');
    // The table shows what was measured, and nothing of keys that are not meaningful.
    const rows = looks.analysis ? ablationRows(looks.analysis.analysis) : [];
    expect(rows.filter(({ label }) => label.includes('key frequencies'))).toEqual([]);
  });
});

describe('the title of the ablations', () => {
  const analysis = (whole: number, without: number, keys: number[]) =>
    ({
      loss: { all: whole, test: whole },
      keyFrequencies: { neuronLogit: keys },
      keyFrequencyRule: 'neuronLogit',
      spectra: { embedding: new Array(29).fill(1) as number[] },
      ablations: { logits: { drop: { 4: { all: without, test: without } } } },
    }) as never;
  const guess = Math.log(59);

  it('claims what is missed, and nothing of noise', () => {
    expect(ablationTitle(analysis(0.02, 3.1, [4, 7, 20]), guess)).toBe(
      'Without frequency 4 the test loss goes from 0.020 to 3.10',
    );
    const all = Array.from({ length: 29 }, (_, i) => i + 1);
    for (const nothing of [
      analysis(46.6, 48, all),
      analysis(46.6, 480, [4]),
      analysis(0.02, 3.1, all),
      analysis(3, 3.1, [4, 7]),
      analysis(0.001, 0.002, [4, 7]),
      analysis(NaN, NaN, [4]),
      analysis(0.02, Infinity, [4]),
    ])
      expect(ablationTitle(nothing, guess)).toBe('No single frequency matters yet');
  });
});
