import { noFacts, type RunHistory } from '@grokscope/store';
import { describe, expect, it } from 'vitest';
import { Resumption } from './resumption.js';

describe('a run that goes on from before it fell back', () => {
  it('does not store the fall again, but any that is new', () => {
    const history: RunHistory = {
      ...{ facts: noFacts, lastMetrics: 40, progress: [], losses: new Map(), phases: [] },
      ...{ falls: new Set([30]), checkpoints: new Set([20]), settings: [], waiting: [], recorded: 40 },
    };
    const resumption = new Resumption({ history, point: undefined, refused: [] });
    const fall = (step: number) => ({ type: 'fall', step, learnedAt: 20, testAccuracy: 0.5 }) as const;
    expect(resumption.isStored(fall(30))).toBe(true);
    // The process died between the measurement and the fall that it showed.
    expect(resumption.isStored(fall(40))).toBe(false);
    expect(resumption.isStored(fall(50))).toBe(false);
  });
});
