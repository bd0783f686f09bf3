import { measureFaults } from '@grokscope/schema';
import { describe, expect, it } from 'vitest';
import { allMeasures, collect, collectSaved, liveMeasures } from './collect.js';
import { analysisMeasures, builtInMeasures } from './index.js';
import type { Look, Measure, Subject } from './measure.js';

const about = {
  title: 'Curvature',
  formula: 'max eigenvalue of ∇²L',
  unit: 'nats',
  range: [0, null],
} as const;
const curvature: Measure = {
  ...about,
  name: 'curvature',
  needs: [],
  savedOnly: true,
  of: async () => 2.5,
};
const look = {} as Look;
const subject = { model: { nLayers: 1, dMlp: 8, normalization: 'none' }, dataset: {} } as unknown as Subject;

describe('measures of saved weights alone', () => {
  it('may promise their value', async () => {
    expect(await collectSaved([curvature], look)).toEqual({ measures: { curvature: 2.5 } });
  });

  it('do not follow training, and one that does may not promise', () => {
    expect(liveMeasures([curvature], subject)).toEqual([]);
    expect(() => collect([curvature], look)).toThrow('the measure curvature promises its value');
  });

  it('are no part of what a run holds, and their names are taken in a run as well', () => {
    const ofRuns = new Set(builtInMeasures.map(({ name }) => name));
    const ofWeights = analysisMeasures.filter(({ name }) => !ofRuns.has(name));
    expect(ofWeights.length).toBeGreaterThan(0);
    for (const { name, savedOnly, byName } of ofWeights) {
      expect(savedOnly, name).toBe(true);
      if (byName !== undefined) continue;
      expect(() => allMeasures([{ ...curvature, name }])).toThrow(`the name ${name} of a measure is taken`);
    }
  });

  it('give way to one’s own where they are computed only by name', () => {
    const own: Measure = { ...curvature, name: 'gradientNorm', of: () => 1 };
    const all = allMeasures([own]);
    expect(all.filter(({ name }) => name === 'gradientNorm')).toEqual([own]);
    expect(all).toHaveLength(builtInMeasures.length);
    expect(() => allMeasures([own, own])).toThrow('the name gradientNorm of a measure is taken');
  });

  it('describe themselves as all others do', () => {
    for (const measure of analysisMeasures) expect(measureFaults(measure), measure.name).toEqual([]);
  });
});
