import { createReferenceEngine } from '@grokscope/engine';
import { createWasmEngine } from '@grokscope/engine-wasm';
import { ops } from '@grokscope/graph';
import { describe, expect, it } from 'vitest';
import { bench, workloadNames } from './bench.js';
import { measure } from './measure.js';
import { workloads } from './workloads.js';

const quick = { warmUpSteps: 1, minSamples: 2, budgetMs: 0 };

describe('the benchmark', () => {
  it('times every workload that the contract names', () => {
    expect(workloadNames).toEqual([
      'mainline',
      'mainline-2-layer',
      'induction',
      'digit-addition',
      'cyclic-mlp',
      'matmul',
    ]);
  });

  it.each(workloadNames)('%s computes something finite, and its rewrites never cost more', async (name) => {
    const engine = await createWasmEngine({ threads: 1 });
    const row = await measure(workloads[name](true), engine, quick);
    await engine.dispose();
    expect(row.msPerStep.min).toBeGreaterThan(0);
    expect(row.msPerStep.max).toBeGreaterThanOrEqual(row.msPerStep.median);
    expect(row.gflopPerStep).toBeLessThanOrEqual(row.gflopPerStepUnrewritten);
    expect(row.gflops).toBeCloseTo((row.gflopPerStep / row.msPerStep.median) * 1000, 6);
  });

  it('reports the machine, and only what was asked for', async () => {
    const started: string[] = [];
    const report = await bench({
      workloads: ['digit-addition'],
      engine: 'wasm',
      threads: 1,
      onStart: (workload, engine) => started.push(`${workload} on ${engine}`),
    });
    expect(started).toEqual(['digit-addition on wasm']);
    expect(report.rows).toHaveLength(1);
    expect(report.machine.cores).toBeGreaterThan(0);
  });

  it('does not time a program whose results are not finite', async () => {
    const workload = workloads['matmul'](true);
    const { graph } = workload.functions.products;
    const broken = {
      graph,
      outputs: { y: ops.scale(graph.parameter('w', [512, 114]), Infinity) },
      updates: [],
    };
    await expect(
      measure(
        {
          ...workload,
          functions: { products: broken },
          initial: new Map([['w', new Float32Array(512 * 114).fill(1)]]),
        },
        createReferenceEngine(),
        quick,
      ),
    ).rejects.toThrow(/not finite/);
  });
});
