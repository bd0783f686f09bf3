import * as E from 'fp-ts/lib/Either.js';
import { createWasmEngine } from '@grokscope/engine-wasm';
import { resolveRunSpec } from '@grokscope/experiments';
import { formatSpecErrors } from '@grokscope/schema';
import type { RunSpec } from '@grokscope/schema';
import { createDataset } from '@grokscope/tasks';
import { buildProgram, estimateTrainingBytes } from '@grokscope/training';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { planSweep } from '../sweep/plan-sweep.js';
import { freeBytes, weighSpec } from './weigh-spec.js';

const MIB = 2 ** 20;
/** The estimate for the process itself, whatever it trains. */
const PROCESS_BYTES = 150 * MIB;

function right<T>(result: E.Either<unknown, T>): T {
  if (E.isLeft(result)) throw new Error(`expected a right, got ${JSON.stringify(result.left)}`);
  return result.right;
}

const specOf = (input: object): RunSpec => right(resolveRunSpec(input));
const withP = (p: number, others: object = {}): object => ({
  base: 'mainline',
  task: { kind: 'modularAddition', p },
  ...others,
});

/** Bytes of the memory that the WebAssembly engine allocates for a spec's program: parameters, examples, everything. */
async function allocated(spec: RunSpec): Promise<number> {
  const { Memory } = WebAssembly;
  let bytes = 0;
  vi.stubGlobal('WebAssembly', {
    ...Object.fromEntries(
      Object.getOwnPropertyNames(WebAssembly).map((name) => [name, Reflect.get(WebAssembly, name)]),
    ),
    Memory: class extends Memory {
      constructor(descriptor: WebAssembly.MemoryDescriptor) {
        super(descriptor);
        bytes += this.buffer.byteLength;
      }
    },
  });
  const engine = await createWasmEngine();
  try {
    const { functions } = buildProgram(spec, right(createDataset(spec.task, spec.data)));
    const program = await engine.compile(functions);
    await program.dispose();
    return bytes;
  } finally {
    await engine.dispose();
  }
}

describe('the estimate of memory', () => {
  afterEach(() => vi.unstubAllGlobals());

  it.each([
    ['the mainline, full batch', { base: 'mainline' }],
    ['mini-batches', withP(113, { training: { batchSize: 512 } })],
    ['two layers', withP(59, { model: { nLayers: 2 } })],
    ['two layers with normalization', withP(59, { model: { nLayers: 2, normalization: 'layerNorm' } })],
    ['four small layers', withP(59, { model: { nLayers: 4, dModel: 64, dHead: 16, dMlp: 256 } })],
    ['attention alone', withP(113, { model: { dMlp: 0 } })],
    ['a wide model, mostly parameters', withP(31, { model: { dModel: 512, dHead: 128, dMlp: 2048 } })],
    ['Muon', withP(31, { optimizer: { kind: 'muon' } })],
    ['drawn examples', { base: 'digit-addition' }],
    ['long drawn sequences', { base: 'repeated-subsequence' }],
  ])('of %s is one to five times what the engine allocates', async (_, input) => {
    const spec = specOf(input);
    const estimate = estimateTrainingBytes(spec, right(createDataset(spec.task, spec.data)));
    const factor = (estimate - PROCESS_BYTES) / (await allocated(spec));
    expect(factor).toBeGreaterThan(1);
    expect(factor).toBeLessThan(5);
  });
});

describe('a spec', () => {
  it('is weighed by its model, its batch and its task', () => {
    expect(freeBytes()).toBeGreaterThan(MIB);
    const weigh = (input: object, mib: number) => E.isRight(weighSpec(specOf(input), mib * MIB));
    expect(weigh({ base: 'quick-grok' }, 512)).toBe(true);
    expect(weigh({ base: 'quick-grok' }, 100)).toBe(false);
    expect(weigh(withP(113, { model: { nLayers: 2 } }), 300)).toBe(false);
    const many = {
      task: { kind: 'repeatedSubsequence', length: 1024, subsequence: 300, repeats: 3, vocabulary: 1000 },
      data: { trainExamples: 100_000 },
      training: { batchSize: 64 },
    };
    const begin = performance.now();
    expect(weigh(many, 512)).toBe(false);
    expect(performance.now() - begin).toBeLessThan(2000);
  });

  it('that is too large for the memory says by how much', () => {
    const refusal = weighSpec(specOf({ base: 'mainline' }), 100 * MIB);
    expect(refusal).toMatchObject({ left: { code: 'memoryTooSmall' } });
    expect(E.isLeft(refusal) && formatSpecErrors(refusal.left.errors)).toMatch(
      /^model = .*"dModel":128.*: needs about 240 MiB of memory, and 100 MiB are free \(allowed: a smaller .* 140 MiB more/,
    );
  });

  it('of a sweep is weighed with all others: each that is too large is named once', () => {
    const sweep = {
      name: 'sizes',
      base: withP(31),
      vary: { 'model.dMlp': [64, 30_000, 32_768], 'optimizer.lr': [0.1, 0.2] },
      seeds: [0],
    };
    const plan = planSweep(sweep, 512 * MIB);
    expect(E.isLeft(plan) && plan.left.map(({ value }) => value)).toMatchObject([
      { dMlp: 30_000 },
      { dMlp: 32_768 },
    ]);
    expect(E.isRight(planSweep({ ...sweep, vary: { 'model.dMlp': [64] } }, 512 * MIB))).toBe(true);
  });
});
