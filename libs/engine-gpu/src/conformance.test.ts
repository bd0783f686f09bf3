import { conformanceCases } from '@grokscope/engine/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { createGpuEngine, probeGpu } from './index.js';

// Headless GL alone: the other modes need a page (e2e/gpu-conformance.spec.ts).
const { available, why } = (await probeGpu()).find(({ name }) => name === 'gpu:headlessgl')!;

describe.skipIf(!available)(
  `gpu:headlessgl keeps the engine contract${available ? '' : ` (skipped until it can run: ${why})`}`,
  async () => {
    const engine = available ? await createGpuEngine({ mode: 'headlessgl' }) : null;
    afterAll(async () => engine?.dispose());

    it('runs on headless GL kernels, as it says', () => {
      expect(engine).toMatchObject({
        name: 'gpu:headlessgl',
        executor: 'HeadlessGLKernel',
        precision: 'float32',
      });
    });

    it.each(conformanceCases.map((c) => [c.name, c] as const))('%s', async (_, conformanceCase) => {
      await conformanceCase.run(engine!);
    });
  },
);
