import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { decodeWeights } from '@grokscope/model';
import type { RunEvent } from '@grokscope/schema';
import { knownMeasures } from '@grokscope/schema';
import type { RunReader } from '@grokscope/store';
import { columnNote, createIndexedCatalogue, openRun } from '@grokscope/store';
import { createDataset } from '@grokscope/tasks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gradientNorm } from '../../../../examples/own-measure.mjs';
import { analyzeWeights, executeRun, exportRun, type Measure } from '../index.js';

const orFail = <T>(result: E.Either<unknown, T>): T => {
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left));
  return result.right;
};

let runsDir: string;
let run: RunReader;
let events: readonly RunEvent[];
beforeAll(async () => {
  runsDir = await mkdtemp(join(tmpdir(), 'own-measure-'));
  const spec = {
    task: { kind: 'modularAddition', p: 7 },
    model: { dModel: 8, nHeads: 1, dHead: 8, dMlp: 8 },
    training: { steps: 4 },
    observe: { metricsEvery: 1, progressEvery: 2, checkpointEvery: 2 },
  } as const;
  const options = { runsDir, runId: 'own', engine: 'reference', measures: [gradientNorm] } as const;
  orFail(await executeRun(spec, options)());
  run = orFail(await openRun(runsDir, 'own')());
  events = orFail(await run.readEvents()());
});
afterAll(() => rm(runsDir, { recursive: true, force: true }));

const measured = (): [number, number][] =>
  events.flatMap((event) =>
    event.type === 'progress' && event.keys !== 'final'
      ? [[event.step, event.measures!['gradientNorm']!]]
      : [],
  );

describe('a measure from one file outside the libraries', () => {
  it('is computed in a run and stored, with its description and without its code', () => {
    expect(measured().map(([step]) => step)).toEqual([0, 2, 4]);
    for (const [, value] of measured()) expect(value).toBeGreaterThan(0);
    const { of: _, ...described } = gradientNorm;
    expect(events[0]).toMatchObject({ type: 'started', measures: [described] });
    expect(JSON.stringify(events[0])).not.toContain('function');
  });

  it('is a curve of the run, by its index and without', async () => {
    const series = await createIndexedCatalogue(runsDir).series('own', 'measures.gradientNorm', {
      points: 10,
    })();
    const want = measured().map(([step, value]) => ({ from: step, to: step, min: value, max: value }));
    expect(orFail(series)).toEqual({ exact: true, points: want });
  });

  it('is a column of the table, which says what it is', async () => {
    const { bytes } = orFail(await exportRun(run, 'csv'));
    const [head = '', ...rows] = new TextDecoder().decode(bytes).trim().split(/\r?\n/);
    const at = head.split(',').indexOf('measures.gradientNorm');
    const [first] = measured();
    expect(Number(rows[0]!.split(',')[at])).toBe(first![1]);
    expect(columnNote('measures.gradientNorm', knownMeasures(events, []))).toBe(
      'Norm of the gradient: √Σ (∂loss/∂w)², over all weights w, in nats per weight.',
    );
  });
});

describe('an analysis', () => {
  it('has measures of one’s own beside the built-in ones, and says why where weights do not give one', async () => {
    const spec = run.record.spec;
    const weights = orFail(
      decodeWeights(
        orFail(await run.readCheckpoint('newest')()).tensors,
        spec.model,
        orFail(createDataset(spec.task, spec.data)),
      ),
    );
    const spread: Measure<number> = {
      ...gradientNorm,
      name: 'spread',
      needs: ['logits'],
      of: ({ logits }) => Math.max(...logits!) - Math.min(...logits!),
    };
    const analysis = await analyzeWeights(spec, weights, { measures: [gradientNorm, spread] });
    const { measures, absent, ...rest } = analysis;
    const { spread: found, ...others } = measures!;
    expect(found).toBeGreaterThan(0);
    expect(absent['measures.gradientNorm']).toContain('gradients');
    const plain = await analyzeWeights(spec, weights);
    expect({ ...rest, measures: others, absent: plain.absent }).toEqual(plain);
  });
});
