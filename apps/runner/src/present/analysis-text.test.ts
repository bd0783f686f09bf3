import type { RunSpec } from '@grokscope/schema';
import type { Analysis } from 'grokscope';
import { withTold } from '@grokscope/schema';
import { describe, expect, it } from 'vitest';
import { analysisText } from './analysis-text.js';
import type { ToldMeasure } from './measures-text.js';

const bare: Analysis = {
  loss: { all: 1 },
  accuracy: { all: 0.5 },
  sumSquaredWeights: { total: 2, byTensor: {} },
  singularValues: { W_E: [1] },
  absent: {},
};
const spec = { name: 'small', task: { kind: 'modularAddition', p: 5 } } as unknown as RunSpec;
const about = { formula: 'exp H', unit: 'dimensions', range: [0, null], needs: [] } as const;
const textOf = (analysis: object, measures: readonly ToldMeasure[]): string =>
  analysisText('a.safetensors', spec, { ...bare, ...analysis }, [], measures);

const told = {
  title: 'the larger of two numbers below 7',
  examples: 'pairs',
  answers: { count: 7, words: '7 answers' },
  exampleCount: 49,
  isSampled: false,
  such: ['3 or 5 → 5'],
};

describe('an analysis in words', () => {
  it('calls a task that is not built in as its run does', () => {
    const task = withTold({ kind: 'largerOfTwo' }, told);
    expect(analysisText('a.safetensors', { ...spec, task }, bare)).toContain(
      `a.safetensors: ${told.title}, small`,
    );
    expect(textOf({}, [])).toContain('a.safetensors: modularAddition, small');
  });

  it('tells of a measure that it has no section for by what the measure says of itself', () => {
    const rank = { ...about, name: 'rank', title: 'Effective rank' };
    const text = textOf({ measures: { rank: 3.5 } }, [rank]);
    expect(text).toMatch(/Further measures\n.*\n +Effective rank +3\.5\d* +dimensions +exp H/);
    const parts = { ...rank, name: 'ranks', value: { type: 'object' } };
    expect(textOf({ ranks: { byTensor: { W_E: 2 } } }, [parts])).toMatch(/Effective rank +byTensor\.W_E +2/);
  });

  it('has no such section where every measure has its own', () => {
    expect(textOf({}, [])).not.toContain('Further measures');
  });

  it('tells of a measure from elsewhere in a section of its own, as the measure says', () => {
    const rank: ToldMeasure = {
      ...about,
      name: 'rank',
      title: 'Effective rank',
      told: {
        section: { title: 'How wide it is', about: 'Directions in use.', columns: ['', 'rank'] },
        about: ({ measures }) => ['Of 8, ', { value: measures?.['rank'], as: 'count' }, '.'],
        rows: ({ measures }) => [{ cells: ['embedding', { value: measures?.['rank'], as: 'exact' }] }],
      },
    };
    const text = textOf({ measures: { rank: 3.5 } }, [rank]);
    expect(text).toMatch(/How wide it is\n {2}Directions in use\.\n {2}Of 8, 4\.\n +rank\n +embedding +3\.5/);
    expect(text).not.toContain('Further measures');
    expect(textOf({ measures: { rank: 3.5 } }, [{ ...rank, told: false }])).not.toContain('3.5');
  });

  it('puts rows of the same key, of whichever measures, in one line', () => {
    const section = { title: 'Heads' };
    const measure = (name: string, key: string): ToldMeasure => ({
      ...about,
      name,
      title: name,
      told: { section, rows: () => [{ key, cells: [name] }] },
    });
    const text = textOf({}, [
      measure('looks', 'head 0'),
      measure('waits', 'head 1'),
      measure('adds', 'head 0'),
    ]);
    expect(text).toMatch(/\n +looks +adds\n +waits\n/);
  });
});
