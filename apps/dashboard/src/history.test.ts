import { describe, expect, it } from 'vitest';
import { appendHistory, emptyHistory, phaseAt, progressAt } from './history.js';
import { checkpoint, command, metrics, phase, progress } from './testing/events.js';

describe('the history of a run', () => {
  it('keeps progress ascending; a step measured again with the final keys replaces', () => {
    const first = appendHistory(emptyHistory, [progress(25), progress(50, { keys: 'current' })]);
    const again = appendHistory(first, [
      progress(25, { keys: 'final', restrictedLoss: { train: 1, test: 2, all: 1.5 } }),
    ]);
    expect(again.progress.map(({ step, keys }) => [step, keys])).toEqual([
      [25, 'final'],
      [50, 'current'],
    ]);
    expect(progressAt(again, 49)?.restrictedLoss?.all).toBe(1.5);
    expect(progressAt(again, 24)).toBeNull();
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
