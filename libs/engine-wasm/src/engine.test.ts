import { conformanceCases } from '@grokscope/engine/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '@grokscope/engine';
import { createWasmEngine } from './index.js';

const CONFIGURATIONS = [1, 2, 3].flatMap((threads) =>
  [true, false].map((relaxedSimd) => ({ threads, relaxedSimd })),
);

describe.each(CONFIGURATIONS)(
  'the conformance suite, $threads threads, relaxed SIMD: $relaxedSimd',
  (options) => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await createWasmEngine(options);
    });
    afterAll(() => engine.dispose());

    it('reports what was asked for', () => {
      expect(engine).toMatchObject({ name: 'wasm', precision: 'float32', ...options });
    });
    it.each(conformanceCases)('$name', async (conformanceCase) => {
      const { worstError } = await conformanceCase.run(engine);
      expect(worstError).toBeGreaterThanOrEqual(0);
    });
  },
);
