import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ops } from '@grokscope/graph';
import type { Activation } from '@grokscope/model';
import type { Optimizer } from '@grokscope/optim';
import { builtIn, decodeRunSpec, type FullCatalogue } from '@grokscope/parts';
import { numberAbove, type RunSpecInput } from '@grokscope/schema';
import { openRun } from '@grokscope/store';
import type { Either } from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executeRun } from '../run/execute-run.js';
import { resumeRun } from '../resume/resume-run.js';

const squaredRelu: Activation = { kind: 'squaredRelu', apply: (x) => ops.multiply(x, ops.relu(x)) };

/** a ← a + blend·(g − a); w ← w − lr·a. */
const averaged: Optimizer = {
  kind: 'averaged',
  parameters: { blend: numberAbove(0) },
  defaults: () => ({ blend: 0.5 }),
  states: (parameter) => [`${parameter}.average`],
  numbers: (spec, { factor }) => [spec.lr * factor, (spec as unknown as { blend: number }).blend],
  rule:
    ({ graph, number }) =>
    ({ name, parameter, gradient }) => {
      const average = graph.state(`${name}.average`, parameter.shape);
      const change = ops.multiplyScalar(ops.add(gradient, ops.scale(average, -1)), number(1));
      const next = ops.add(average, change);
      const moved = ops.add(parameter, ops.scale(ops.multiplyScalar(next, number(0)), -1));
      return [ops.assign(parameter, moved), ops.assign(average, next)];
    },
};

const catalogue: FullCatalogue = {
  ...builtIn,
  activations: [...builtIn.activations, squaredRelu],
  optimizers: [...builtIn.optimizers, averaged],
};

// The types name the built-in kinds alone.
const spec = {
  task: { kind: 'modularAddition', p: 7 },
  data: { trainFraction: 0.5 },
  model: { dModel: 8, nHeads: 2, dHead: 4, dMlp: 12, actFn: 'squaredRelu' },
  optimizer: { kind: 'averaged', lr: 0.3, warmupSteps: 0 },
  training: { steps: 20 },
  observe: { metricsEvery: 10, progressEvery: 10, checkpointEvery: 10 },
} as unknown as RunSpecInput;

const right = <A>(either: Either<unknown, A>): A => {
  if (either._tag === 'Left') throw new Error(JSON.stringify(either.left));
  return either.right;
};

describe('an activation and an optimizer that are not built in', () => {
  let runsDir: string;
  beforeAll(() => {
    runsDir = mkdtempSync(join(tmpdir(), 'grokscope-'));
  });
  afterAll(() => rmSync(runsDir, { recursive: true, force: true }));

  it('are decoded by their catalogue, with their own keys and defaults', () => {
    expect(right(decodeRunSpec(spec, catalogue)).optimizer).toMatchObject({ kind: 'averaged', blend: 0.5 });
    const wrong = { ...spec, optimizer: { kind: 'averaged', blend: -1, momentum: 0.9 } };
    expect(decodeRunSpec(wrong, catalogue)).toMatchObject({
      left: [
        { path: 'optimizer.momentum', message: 'is not a key of averaged' },
        { path: 'optimizer.blend', message: 'must be a number above 0' },
      ],
    });
  });

  it('train, are stored with their states, and go on to the same bytes', async () => {
    const options = { runsDir, engine: 'wasm', catalogue } as const;
    const weights = async (runId: string) =>
      right(await right(await openRun(runsDir, runId)()).readCheckpoint('newest')()).tensors;
    const longer = { ...spec, training: { steps: 40 } };
    const ended = right(await executeRun(longer, { ...options, runId: 'whole' })());
    expect(ended).toMatchObject({ reason: 'completed', step: 40 });
    right(await executeRun(spec, { ...options, runId: 'parts' })());
    right(await resumeRun('parts', { runsDir, steps: 40, catalogue })());
    expect(await weights('parts')).toEqual(await weights('whole'));
    const metrics = right(await right(await openRun(runsDir, 'whole')()).readEvents()()).flatMap((event) =>
      event.type === 'metrics' ? [event.trainLoss!] : [],
    );
    expect(metrics.at(-1)).toBeLessThan(metrics[0]);
  });
});
