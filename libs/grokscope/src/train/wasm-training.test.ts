import { createWasmEngine } from '@grokscope/engine-wasm';
import { modelCases } from '@grokscope/training/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '@grokscope/engine';

describe.each([1, 2])('training on wasm, %i threads, follows the float64 reference', (threads) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createWasmEngine({ threads });
  });
  afterAll(() => engine.dispose());

  it.each(modelCases.map((one) => [one.name, one] as const))('%s', async (_, modelCase) => {
    expect((await modelCase.run(engine)).worstError).toBeGreaterThan(0);
  });
});
