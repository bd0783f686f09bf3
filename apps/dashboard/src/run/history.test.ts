import { builtInMeasures } from '@grokscope/interpret';
import type { ProgressEvent, RunEvent } from '@grokscope/schema';
import { describe, expect, it } from 'vitest';
import type { History } from './history.js';
import { MOST_LOOKS, appendHistory, emptyHistory, phaseAt, progressAt } from './history.js';
import { lossCurves } from '../plot/loss-curves.js';
import { emptySeries } from '../plot/series.js';
import { checkpoint, command, ended, metrics, phase, progress, started } from '../testing/events.js';

describe('the history of a run', () => {
  it('keeps progress ascending, of a step what its own keys and what the final keys gave', () => {
    const first = appendHistory(emptyHistory, [progress(25), progress(50, { keys: 'current' })]);
    const again = appendHistory(first, [
      progress(25, { keys: 'final', restrictedLoss: { train: 1, test: 2, all: 1.5 } }),
    ]);
    expect(again.progress.map(({ step, keys }) => [step, keys])).toEqual([
      [25, undefined],
      [25, 'final'],
      [50, 'current'],
    ]);
    expect(progressAt(again, 49)?.restrictedLoss?.all).toBe(1.5);
    expect(progressAt(again, 24)).toBeNull();
  });

  describe.each(['event by event', 'as a past in little'])('of a run that went on, %s,', (how) => {
    const look = (step: number, keys: 'current' | 'final', all: number, frequencies = [3]): ProgressEvent =>
      progress(step, {
        keys,
        keyFrequencies: { embedding: frequencies },
        keyFrequencyRule: 'embedding',
        restrictedLoss: { train: 1, test: 2, all },
      });
    const told = (events: readonly RunEvent[]): History =>
      how === 'event by event'
        ? events.reduce((known, event) => appendHistory(known, [event]), emptyHistory)
        : appendHistory(emptyHistory, events);
    const curve = (history: History): unknown => {
      const { steps, values } = lossCurves(emptySeries, history, true, builtInMeasures)[2] ?? {};
      return [steps, values];
    };
    const interrupted = [
      started(),
      look(25, 'current', 9),
      look(50, 'current', 7),
      look(25, 'final', 8),
      look(50, 'final', 6),
      ended('interrupted', 60),
    ];
    const goesOn = [...interrupted, { ...started(), resumedFrom: 50 }, look(75, 'current', 5)];

    it('looks with the keys of its interruption are shown until it goes on, and no longer', () => {
      expect(curve(told(interrupted))).toEqual([
        [25, 50],
        [8, 6],
      ]);
      const history = told(goesOn);
      expect(curve(history)).toEqual([
        [25, 50, 75],
        [9, 7, 5],
      ]);
      expect(progressAt(history, 25)?.restrictedLoss?.all).toBe(9);
    });

    it('in the end those with other keys than its own are gone', () => {
      const over = told([
        ...goesOn,
        look(50, 'final', 4, [3, 5]),
        look(75, 'final', 3, [3, 5]),
        ended('completed', 75),
      ]);
      expect(curve(over)).toEqual([
        [50, 75],
        [4, 3],
      ]);
      expect(progressAt(over, 25)?.keys).toBe('current');
    });

    it('in the end those with the same keys hold, though they are not told again', () => {
      expect(curve(told([...goesOn, look(75, 'final', 3), ended('completed', 75)]))).toEqual([
        [25, 50, 75],
        [8, 6, 3],
      ]);
      expect(curve(told([...goesOn, ended('completed', 75)]))).toEqual([
        [25, 50],
        [8, 6],
      ]);
    });
  });

  it('keeps a bounded number of looks, spread over all its steps, the last among them', () => {
    let history = emptyHistory;
    for (let step = 1; step <= 20_000; step += 500)
      history = appendHistory(
        history,
        Array.from({ length: 500 }, (_, i) => progress(step + i)),
      );
    const steps = history.progress.map((event) => event.step);
    expect(steps.length).toBeLessThanOrEqual(MOST_LOOKS);
    expect([steps[0], steps.at(-1)]).toEqual([1, 20_000]);
    const gaps = steps.slice(1).map((step, i) => step - (steps[i] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(4 * (20_000 / (MOST_LOOKS / 2)));
  });

  it('keeps each phase as it was last told', () => {
    const history = appendHistory(emptyHistory, [
      phase('memorization', 0),
      phase('circuitFormation', 80),
      phase('circuitFormation', 60, { revised: true }),
      phase('cleanup', 400),
    ]);
    expect(history.phases.map(({ phase: name, step }) => [name, step])).toEqual([
      ['memorization', 0],
      ['circuitFormation', 60],
      ['cleanup', 400],
    ]);
    expect([0, 59, 60, 399, 5000].map((step) => phaseAt(history, step))).toEqual([
      'memorization',
      'memorization',
      'circuitFormation',
      'circuitFormation',
      'cleanup',
    ]);
    expect(phaseAt(emptyHistory, 10)).toBeNull();
  });

  it('keeps saved steps once each, and settings changed by hand alone of the commands', () => {
    const history = appendHistory(emptyHistory, [
      checkpoint(100),
      checkpoint(50),
      checkpoint(100),
      command('pause', 70),
      command('set', 80),
    ]);
    expect(history.saved).toEqual([50, 100]);
    expect(history.interventions.map(({ step }) => step)).toEqual([80]);
  });

  it('forgets saved steps whose weights were thinned out since, until they are saved again', () => {
    const saved = [50, 100, 150].map((step) => checkpoint(step));
    const thinned = appendHistory(emptyHistory, [...saved, checkpoint(200, { thinned: [50, 150] })]);
    expect(thinned.saved).toEqual([100, 200]);
    expect(appendHistory(thinned, [checkpoint(50)]).saved).toEqual([50, 100, 200]);
  });

  it('is the same object where no event concerns it', () => {
    expect(appendHistory(emptyHistory, [metrics(10)])).toBe(emptyHistory);
  });
});
