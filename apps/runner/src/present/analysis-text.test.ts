import type { RunSpec } from '@grokscope/schema';
import type { Analysis, MeasureInfo } from 'grokscope';
import { describe, expect, it } from 'vitest';
import { analysisText } from './analysis-text.js';

const bare: Analysis = {
  loss: { all: 1 },
  accuracy: { all: 0.5 },
  sumSquaredWeights: { total: 2, byTensor: {} },
  singularValues: { W_E: [1] },
  absent: {},
};
const spec = { name: 'small', task: { kind: 'modularAddition', p: 5 } } as unknown as RunSpec;
const about = { formula: 'exp H', unit: 'dimensions', range: [0, null], needs: [] } as const;
const textOf = (analysis: object, measures: readonly MeasureInfo[]): string =>
  analysisText('a.safetensors', spec, { ...bare, ...analysis }, [], measures);

describe('an analysis in words', () => {
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
});
