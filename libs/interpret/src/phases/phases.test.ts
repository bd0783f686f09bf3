import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PhaseMeasures } from './phases.js';
import { PhaseWatch, phasesOf } from './phases.js';

// Recorded from runs of libs/grokscope/fixtures/small-addition.yaml, measured every 25 steps: as it is; with
// optimizer.weightDecay=0; with data.trainFraction=0.9; with data.trainFraction=0.1. `live` with each step's own keys,
// `final` with those of the last step.
const series = JSON.parse(
  readFileSync(new URL('../../fixtures/phase-series.json', import.meta.url), 'utf8'),
) as Record<'grok' | 'wd0' | 'f9' | 'f1', Record<'live' | 'final', PhaseMeasures[] | undefined>>;

const guess = Math.log(53);
const told = (history: readonly PhaseMeasures[]): [string, number][] =>
  phasesOf(history, guess).map(({ phase, step }) => [phase, step]);

/** The published story at its own scale: borders at 1.4k, 9.4k and 14k, with the curves' forms drawn by hand. */
const published = Array.from({ length: 201 }, (_, i): PhaseMeasures => {
  const step = 100 * i;
  const rise = Math.min(1, step / 1400);
  const circuit = Math.min(1, Math.max(0, (step - 1400) / 8000));
  const fall = Math.min(1, Math.max(0, (step - 9400) / 3000));
  return {
    step,
    trainLoss: 4.7 * Math.exp(-step / 150) + 1e-6,
    testLoss: fall > 0 ? 22 * Math.exp(-10 * fall) : 4.7 + 17.3 * rise,
    sumSquaredWeights:
      1770 + 1000 * rise - 500 * circuit - 1100 * Math.min(1, Math.max(0, (step - 9400) / 4600)),
    excludedLoss: 4.7 * Math.exp(-step / 300) + 0.04 + 7 * circuit ** 2,
    restrictedLoss: 5 * (1 - circuit) + 1e-7,
  };
});

/** The classic run, measured every 200 steps with its final keys: docs/validation/mainline. */
const classic = readFileSync(
  new URL('../../../../docs/validation/mainline/progress.csv', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
  .slice(1)
  .map((line): PhaseMeasures => {
    const [step, trainLoss, testLoss, restrictedLoss, excludedLoss, sumSquaredWeights] = line
      .split(',')
      .map(Number);
    return { step, trainLoss, testLoss, restrictedLoss, excludedLoss, sumSquaredWeights };
  });

describe('phasesOf', () => {
  it('finds the published borders on the classic run: circuits from 1,400, where the excluded loss is least', () => {
    expect(phasesOf(classic, Math.log(113)).map(({ phase, step }) => [phase, step])).toEqual([
      ['memorization', 0],
      ['circuitFormation', 1400],
      ['cleanup', 8400],
      ['generalized', 13200],
    ]);
  });

  it('finds the published borders on curves of the published form', () => {
    const marks = phasesOf(published, Math.log(113));
    expect(marks.map(({ phase }) => phase)).toEqual([
      'memorization',
      'circuitFormation',
      'cleanup',
      'generalized',
    ]);
    const borders = marks.map(({ step }) => step);
    expect(borders[0]).toBe(0);
    expect(Math.abs(borders[1] - 1400)).toBeLessThanOrEqual(300);
    expect(Math.abs(borders[2] - 9400)).toBeLessThanOrEqual(600);
    expect(Math.abs(borders[3] - 14000)).toBeLessThanOrEqual(1400);
    for (const { evidence } of marks) expect(evidence.sumSquaredWeights).toBeGreaterThan(0);
  });

  it('tells all four of a recorded run that groks, in order, circuits before the test loss falls', () => {
    const phases = told(series.grok.final!);
    expect(phases.map(([phase]) => phase)).toEqual([
      'memorization',
      'circuitFormation',
      'cleanup',
      'generalized',
    ]);
    const steps = phases.map(([, step]) => step);
    expect([...steps].sort((a, b) => a - b)).toEqual(steps);
    expect(steps[1]).toBeLessThan(steps[2]);
  });

  it('tells a run without key frequencies as generalized as soon as its test loss says so', () => {
    const bare = series.grok.final!.map(({ excludedLoss: _, restrictedLoss: __, ...rest }) => rest);
    const known = bare.find(({ testLoss }) => testLoss < 0.03 * guess)!;
    expect(told(bare)).toEqual([
      ['memorization', 0],
      ['generalized', known.step],
    ]);
  });

  it('leaves a run without weight decay at memorization', () => {
    expect(told(series.wd0.live!)).toEqual([['memorization', 0]]);
  });

  it('leaves a run with too few examples at memorization', () => {
    expect(told(series.f1.live!)).toEqual([['memorization', 0]]);
  });

  it('invents none on a run that learns at once', () => {
    expect(told(series.f9.live!).map(([phase]) => phase)).toEqual(['generalized']);
  });

  it('tells no memory of data that is never seen again, whatever its losses', () => {
    expect(phasesOf(series.grok.final!, guess, false).map(({ phase }) => phase)).toEqual(['generalized']);
    expect(phasesOf(series.f1.live!, guess, false)).toEqual([]);
  });

  it('is told as the run goes: a prefix of a run has a prefix of its phases, none twice', () => {
    const histories = [
      published,
      ...Object.values(series).flatMap(({ live, final }) => [live ?? [], final ?? []]),
    ];
    fc.assert(
      fc.property(fc.constantFrom(...histories), fc.nat(), (history, cut) => {
        const all = told(history);
        const some = told(history.slice(0, cut % (history.length + 1)));
        expect(all.slice(0, some.length)).toEqual(some);
        expect(new Set(all.map(([phase]) => phase)).size).toBe(all.length);
      }),
      { seed: 5, numRuns: 100 },
    );
  });

  it('does not depend on how fast the run goes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 50 }), (factor) => {
        const slower = published.map((measures) => ({ ...measures, step: measures.step * factor }));
        expect(phasesOf(slower, Math.log(113)).map(({ step }) => step)).toEqual(
          phasesOf(published, Math.log(113)).map(({ step }) => step * factor),
        );
      }),
      { seed: 6, numRuns: 20 },
    );
  });
});

describe('a look back', () => {
  // As the run tells it while it goes: keys stand out late, so the excluded loss has no history.
  const late = classic.map(({ excludedLoss, restrictedLoss, ...plain }): PhaseMeasures => {
    return plain.step < 6000 ? plain : { ...plain, excludedLoss, restrictedLoss };
  });
  const live = (lookBack: (since: number, before: number) => readonly PhaseMeasures[]) => {
    const watch = new PhaseWatch(Math.log(113));
    const asked: number[] = [];
    const marks = late.flatMap((measures) => {
      watch.see(measures);
      const since = watch.wantsLookBack;
      if (since !== undefined) {
        asked.push(measures.step);
        watch.lookBack(lookBack(since, measures.step));
      }
      return watch.tell();
    });
    return { marks, asked };
  };

  it('tells circuits at the step at which keys stand out, from where the final look finds that they began', () => {
    const { marks, asked } = live((since, before) =>
      classic.filter(({ step }) => step % 200 === 0 && step >= since && step < before),
    );
    expect(asked).toEqual([6000]);
    const circuits = marks.find(({ phase }) => phase === 'circuitFormation')!;
    expect(circuits.step).toBe(1400);
    expect(circuits.evidence['toldAt']).toBe(6000);
    expect(marks.map(({ phase, step }) => [phase, step])).toEqual(
      phasesOf(classic, Math.log(113)).map(({ phase, step }) => [phase, step]),
    );
  });

  it('tells no circuits where today’s keys cost as much since memorization', () => {
    const { marks } = live((since, before) =>
      late
        .filter(({ step }) => step >= since && step < before)
        .map((measures) => ({ ...measures, excludedLoss: 50 })),
    );
    const at = marks.find(({ phase }) => phase === 'circuitFormation')?.evidence['toldAt'] ?? Infinity;
    expect(at).toBeGreaterThan(6000);
  });

  it('leaves the excess over the train loss to tell where nothing was kept', () => {
    const { marks } = live(() => []);
    expect(marks.find(({ phase }) => phase === 'circuitFormation')!.step).toBe(6000);
  });
});
