import { builtInMeasures } from '@grokscope/interpret';
import type { ProgressEvent } from '@grokscope/schema';
import { decodeRunSpec } from '@grokscope/parts';
import { decodeRunEvent, describeMeasure } from '@grokscope/schema';
import { columnNote, eventTable } from '@grokscope/store';
import { describe, expect, it } from 'vitest';

const stamp = { runId: 'a', seq: 0, time: '2026-01-01T00:00:00.000Z' };
const split = { train: 1, test: 2, all: 1.5 };
const progress = (keys: 'current' | 'final'): ProgressEvent => ({
  type: 'progress',
  ...stamp,
  step: 5,
  precision: 'float32',
  keys,
  loss: split,
  accuracy: split,
  gini: { embedding: 0.5, neuronLogit: 0.6 },
  keyFrequencies: { neurons: [2], neuronLogit: [2, 3], embedding: [] },
  keyFrequencyRule: 'neuronLogit',
  neurons: { assigned: 3, byFrequency: { '2': 3 } },
  restrictedLoss: split,
  excludedLoss: { all: 4, byFrequency: { '2': 3 } },
  logitFit: { coefficients: { '2': 7 }, explained: 0.9, loss: 0.1 },
  sumSquaredWeights: { total: 3, byTensor: { 'embed.W_E': 1 } },
});

describe('the built-in measures', () => {
  it('describe themselves as a run describes its own', () => {
    const spec = decodeRunSpec({ task: { kind: 'modularAddition', p: 5 } });
    if (spec._tag === 'Left') throw new Error('the spec must decode');
    const started = {
      type: 'started',
      ...stamp,
      spec: spec.right,
      ...{ engine: 'wasm', threads: 1, relaxedSimd: false, parameterCount: 1, why: 'a test' },
      measures: builtInMeasures.map(describeMeasure),
    };
    const stored: unknown = JSON.parse(JSON.stringify(started));
    expect(decodeRunEvent(stored)).toEqual({ _tag: 'Right', right: stored });
    for (const { name, formula, title, unit } of builtInMeasures)
      expect(
        [formula, title, unit].every((text) => text !== ''),
        name,
      ).toBe(true);
  });

  it('are refused in an event where their value is not theirs', () => {
    const paths = (more: object): readonly string[] => {
      const decoded = decodeRunEvent({ ...progress('current'), ...more }, builtInMeasures);
      return decoded._tag === 'Left' ? decoded.left.map(({ path }) => path) : [];
    };
    expect(paths({})).toEqual([]);
    expect(paths({ restrictedLoss: 'low' })).toEqual(['restrictedLoss']);
    expect(paths({ excludedLoss: { all: 1 } })).toEqual(['excludedLoss']);
    expect(paths({ keyFrequencyRule: 'mine' })).toEqual(['keyFrequencyRule']);
    expect(paths({ measures: { rank: 'high' } })).toEqual(['measures']);
  });

  it('say of every column of theirs what it is', () => {
    const names = eventTable([progress('current'), progress('final')], builtInMeasures).map(
      ({ name }) => name,
    );
    expect(names.filter((name) => columnNote(name, builtInMeasures) === undefined)).toEqual([]);
    expect(names.filter((name) => name.startsWith('finalKeys.')).map((name) => name.split('.')[1])).toEqual([
      ...['keyFrequencies', 'keyFrequencies', 'keyFrequencies', 'keyFrequencyRule'],
      ...['restrictedLoss', 'restrictedLoss', 'restrictedLoss', 'excludedLoss', 'excludedLoss'],
      ...['logitFit', 'logitFit', 'logitFit'],
    ]);
    const note = (name: string): string | undefined => columnNote(name, builtInMeasures);
    expect(note('restrictedLoss.test')).toBe(
      'Loss over the answers of the test examples with only the key frequencies left in the logits.',
    );
    expect(note('excludedLoss.byFrequency.7')).toBe('The same with frequency 7 alone taken out.');
    expect(note('sumSquaredWeights')).toBe('Sum of the squares of all parameters.');
    expect(note('sumSquaredWeights.byTensor.embed.W_E')).toBe('Sum of squares of the tensor `embed.W_E`.');
  });
});
