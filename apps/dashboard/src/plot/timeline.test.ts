import { describe, expect, it } from 'vitest';
import type { History } from '../run/history.js';
import { appendHistory, emptyHistory } from '../run/history.js';
import { phase } from '../testing/events.js';
import { shareOf, stepAtShare, stepByKey, timelineText, timelineTicks } from './timeline.js';

const saved = [50, 100, 150];
const history: History = {
  ...emptyHistory,
  saved,
  phases: [phase('memorization', 0), phase('circuitFormation', 70)],
};

describe('the time slider', () => {
  it('ticks checkpoints, phase borders and interventions at their share of the run', () => {
    const ticks = timelineTicks(
      { ...history, interventions: [{ ...setting, path: 'optimizer.weightDecay', value: 0 }] },
      200,
    );
    expect(ticks.map(({ kind, share }) => [kind, share])).toEqual([
      ['saved', 0.25],
      ['saved', 0.5],
      ['saved', 0.75],
      ['phase', 0],
      ['phase', 0.35],
      ['intervention', 0.6],
    ]);
    expect(ticks[4]?.label).toBe('step 70: circuit formation begins');
    expect(ticks[5]?.label).toBe('step 120: optimizer.weightDecay set to 0');
  });

  it('ticks where a run fell back', () => {
    const fall = { type: 'fall', runId: 'a', seq: 9, time: '2026-01-01T00:00:00.000Z' } as const;
    const told = appendHistory(history, [{ ...fall, step: 150, learnedAt: 1140, testAccuracy: 0.4 }]);
    const tick = timelineTicks(told, 200).find(({ kind }) => kind === 'fall');
    expect(tick).toMatchObject({
      share: 0.75,
      label: 'step 150: fell back, after 99 % right at step 1,140',
    });
  });

  it('leads to the nearest saved step, and to live at its end', () => {
    expect(stepAtShare(0, saved, 200, 200)).toBe(50);
    expect(stepAtShare(0.4, saved, 200, 200)).toBe(100);
    expect(stepAtShare(0.9, saved, 200, 200)).toBeNull();
    expect(stepAtShare(0.3, [], 200, 200)).toBeNull();
    expect(shareOf(3, 0)).toBe(0);
  });

  it.each([
    ['ArrowLeft', null, 150],
    ['ArrowLeft', 100, 50],
    ['ArrowLeft', 50, 50],
    ['ArrowRight', 100, 150],
    ['ArrowRight', 150, null],
    ['ArrowRight', null, null],
    ['PageDown', null, 50],
    ['Home', null, 50],
    ['End', 50, null],
    ['Escape', 50, null],
    ['Tab', 50, undefined],
  ] as const)('%s leads from %s to %s', (key, from, to) => {
    expect(stepByKey(key, from, saved)).toBe(to);
  });

  it('has nowhere to go while nothing is saved', () => {
    expect(stepByKey('ArrowLeft', null, [])).toBeUndefined();
  });

  it('says the step, the phase it lies in, and whether it is the newest', () => {
    expect(timelineText(history, 1100, true)).toBe('Step 1,100, circuit formation, the newest');
    expect(timelineText(emptyHistory, 50, false)).toBe('Step 50, a saved step');
  });
});

const setting = {
  type: 'command' as const,
  command: 'set' as const,
  runId: 'run-a',
  seq: 1,
  time: '2026-01-01T00:00:00.000Z',
  step: 120,
};
