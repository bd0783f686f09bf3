import { describe, expect, it } from 'vitest';
import { dataWords, engineWords, layerWords, pairCounts, taskWords } from './task-words.js';
import { started } from './testing/events.js';

describe('the task in words', () => {
  it('as at a blackboard', () => {
    expect(taskWords({ kind: 'modularAddition', p: 113 })).toBe('a + b mod 113');
    expect(taskWords({ kind: 'modularDivision', p: 97 })).toBe('a ÷ b mod 97');
    expect(taskWords({ kind: 'modularPolynomial', p: 53, expression: 'x^2 + x*y' })).toBe('x^2 + x*y mod 53');
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
