import { createReferenceEngine } from '@grokscope/engine';
import { builtInMeasures } from '@grokscope/interpret';
import { resolveRunSpec } from '@grokscope/experiments';
import { createDataset } from '@grokscope/tasks';
import { events, train } from '@grokscope/training';
import { firstValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { gradientNorm } from '../../../../examples/own-measure.mjs';
import { appendHistory, emptyHistory } from '../run/history.js';
import { curveStyles, lossCurves } from './loss-curves.js';
import { measuresOf, ownPlots } from './measure-curves.js';
import { emptySeries } from './series.js';
import { progress } from '../testing/events.js';

describe('a measure the page has no code of', () => {
  const right = <T>(result: { _tag: 'Left'; left: unknown } | { _tag: 'Right'; right: T }): T => {
    if (result._tag === 'Left') throw new Error(JSON.stringify(result.left));
    return result.right;
  };

  it('is drawn in a plot of its own, as its run describes it', async () => {
    const spec = right(
      resolveRunSpec({
        task: { kind: 'modularAddition', p: 5 },
        model: { dModel: 4, nHeads: 1, dHead: 4, dMlp: 4 },
        training: { steps: 4 },
        observe: { metricsEvery: 2, progressEvery: 2, checkpointEvery: 4 },
      }),
    );
    const deps = {
      engine: createReferenceEngine(),
      dataset: right(createDataset(spec.task, spec.data)),
      runId: 'own',
      why: 'a test',
      measures: [gradientNorm],
    };
    const told = await firstValueFrom(train(spec, deps).pipe(events(), toArray()));
    // As it comes over the wire.
    const facts = JSON.parse(JSON.stringify(told)) as typeof told;
    const started = facts.find((fact) => fact.type === 'started')!;
    const plots = ownPlots(appendHistory(emptyHistory, facts), measuresOf(started));
    expect(plots.map(({ measure: { title, unit } }) => [title, unit])).toEqual([
      ['Norm of the gradient', 'nats per weight'],
    ]);
    expect(plots[0]!.curves.map(({ label, points }) => [label, points.map(([step]) => step)])).toEqual([
      ['gradient norm', [0, 2, 4]],
    ]);
  });

  it('is drawn of the built-in ones where a run names it, a curve for each key', () => {
    const effectiveRank = { 'embed.W_E': 3, 'unembed.W_U': 5 };
    const looks = [
      progress(0, { effectiveRank }),
      progress(5, { effectiveRank: { ...effectiveRank, 'embed.W_E': 2 } }),
    ];
    const history = appendHistory(emptyHistory, looks);
    expect(ownPlots(history, builtInMeasures)).toEqual([]);
    const [plot] = ownPlots(history, builtInMeasures, ['effectiveRank', 'gradientNorm']);
    expect(plot!.curves).toEqual([
      {
        label: 'embed.W_E',
        points: [
          [0, 3],
          [5, 2],
        ],
      },
      {
        label: 'unembed.W_U',
        points: [
          [0, 5],
          [5, 5],
        ],
      },
    ]);
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, k) => [`L0H${k}`, k]));
    const [of] = ownPlots(
      appendHistory(emptyHistory, [progress(0, { attentionEntropy: many })]),
      builtInMeasures,
      ['attentionEntropy'],
    );
    expect(of!.curves.map(({ label }) => label)).toEqual([4, 5, 6, 7, 8, 9, 10, 11].map((k) => `L0H${k}`));
  });

  it('is one of the losses where it says so, with its own look', () => {
    const pruned = {
      ...gradientNorm,
      name: 'prunedLoss',
      curves: [{ name: 'pruned', label: 'pruned', panel: 'loss', dash: [1, 1] }],
    } as const;
    const measures = [...builtInMeasures, pruned];
    const history = appendHistory(emptyHistory, [progress(5, { measures: { prunedLoss: 0.5 } })]);
    expect(lossCurves(emptySeries, history, true, measures).at(-1)).toMatchObject({
      name: 'pruned',
      readAs: 'pruned',
      steps: [5],
      values: [0.5],
      dash: [1, 1],
    });
    expect(curveStyles(measures).map(({ name }) => name)).toEqual([
      ...['train', 'test', 'restricted', 'excluded', 'fit', 'pruned'],
    ]);
    expect(ownPlots(history, measures)).toEqual([]);
  });
});
