import { builtInMeasures } from '@grokscope/interpret';
import { describe, expect, it } from 'vitest';
import { emptyHistory } from '../run/history.js';
import { hasProgressCurves, lastBefore, lossCurves, unionOfSteps, valuesAt } from './loss-curves.js';
import { phaseSpans } from './phase-spans.js';
import { metrics, phase, progress, viewAfter } from '../testing/events.js';

const restricted = (step: number, all: number | null) =>
  progress(step, { restrictedLoss: { train: all, test: all, all } });

describe('loss curves', () => {
  const view = viewAfter(
    metrics(0),
    metrics(10),
    metrics(20, { trainLoss: 0.5 }),
    progress(5),
    restricted(15, 0.2),
    restricted(25, null),
  );
  const curves = lossCurves(view.series, view.history, true, builtInMeasures);

  it('are the losses, and those progress measures that were measured, at their own steps', () => {
    expect(curves.map(({ name, steps }) => [name, steps])).toEqual([
      ['train', [0, 10, 20]],
      ['test', [0, 10, 20]],
      ['restricted', [15]],
    ]);
    expect(hasProgressCurves(view.history, builtInMeasures)).toBe(true);
    expect(hasProgressCurves({ ...emptyHistory, progress: [progress(5)] }, builtInMeasures)).toBe(false);
    expect(lossCurves(view.series, view.history, false, builtInMeasures)).toHaveLength(2);
  });

  it('share one axis, empty where they were not measured', () => {
    expect(unionOfSteps(curves)).toEqual([0, 10, 15, 20]);
    expect(valuesAt(curves[0]!, [0, 10, 15, 20])).toEqual([1, 1, null, 0.5]);
    expect(valuesAt(curves[2]!, [0, 10, 15, 20])).toEqual([null, null, 0.2, null]);
  });

  it('are read at the last step they were measured, which is told', () => {
    expect(lastBefore(curves[0]!, 15)).toEqual({ step: 10, value: 1 });
    expect(lastBefore(curves[2]!, 14)).toBeNull();
    expect(lastBefore(curves[2]!, 999)).toEqual({ step: 15, value: 0.2 });
  });
});

describe('phases behind the curves', () => {
  it('reach to the next, the last to the newest step; one that has just begun shows nothing yet', () => {
    const phases = [phase('memorization', 0), phase('circuitFormation', 80), phase('cleanup', 300)];
    expect(phaseSpans(phases, 300).map(({ tint, from, to }) => [tint, from, to])).toEqual([
      [0, 0, 80],
      [1, 80, 300],
    ]);
    expect(phaseSpans(phases, 200).map(({ to }) => to)).toEqual([80, 200]);
  });
});
