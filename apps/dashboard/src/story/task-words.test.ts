import { describe, expect, it } from 'vitest';
import { curvesWords, dataWords, engineWords, layerWords, pairCounts } from './task-words.js';
import { started } from '../testing/events.js';

describe('the task in words', () => {
  it('what the curves are measured on, true of tables and of examples that are drawn', () => {
    const { spec } = started();
    expect(curvesWords(spec)).toBe(
      'Blue: the 3,830 pairs it trains on. Orange: the 8,939 pairs it has never seen.',
    );
    const task = { kind: 'digitAddition', digits: 5 } as const;
    const infinite = { ...spec, task, data: { splitSeed: 0, split: 'native', infinite: true } } as const;
    expect(curvesWords(infinite)).toBe('Blue: the first sums it trains on. Orange: sums it has never seen.');
    expect(dataWords(infinite)).toBe('new sums at every step');
    const finite = { ...spec, task, data: { splitSeed: 0, split: 'native', trainExamples: 700 } } as const;
    expect(curvesWords(finite)).toBe('Blue: the 700 sums it trains on. Orange: sums it has never seen.');
  });

  it('how much is seen, and how deep the model is', () => {
    const { spec } = started();
    expect(dataWords(spec)).toBe('30\u00a0% seen');
    expect(layerWords(spec)).toBe('1 layer');
    expect(pairCounts(spec)).toEqual({ all: 12769, train: 3830 });
    const examples = { ...spec, data: { splitSeed: 0, split: 'native', trainExamples: 1500 } } as const;
    expect(dataWords(examples)).toBe('1,500 examples seen');
    expect(pairCounts(examples).train).toBe(1500);
  });

  it('the engine with its threads', () => {
    expect(engineWords('wasm', 2)).toBe('wasm ×2');
    expect(engineWords('gpu:webgl2', 1)).toBe('gpu (WebGL2)');
    expect(engineWords('reference', 1)).toBe('reference');
    expect(engineWords('wasm', 2, 'page')).toBe('wasm ×2, in this page');
  });
});
