import { createReferenceEngine } from '@grokscope/engine';
import { createWasmEngine } from '@grokscope/engine-wasm';
import { normError } from '@grokscope/engine/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { decoded, taskForms, trainForm } from '../testing/task-forms.js';

// Whole training steps on the fast engine; those on headless GL are in gpu-training.test.ts.

describe('every form of data trains alike', async () => {
  const engine = await createWasmEngine({ threads: 1 });
  afterAll(() => engine.dispose());

  it.each(taskForms)(
    'on wasm as on the float64 reference, with rewrites as without: %s',
    async (_, input) => {
      const spec = decoded(input);
      const want = await trainForm(createReferenceEngine(), spec, false);
      const rewritten = await trainForm(createReferenceEngine(), spec, true);
      const onWasm = await trainForm(engine, spec, true);
      for (const [name, values] of want) {
        expect(normError(rewritten.get(name)!, values), name).toBeLessThan(1e-12);
        expect(normError(onWasm.get(name)!, values), name).toBeLessThan(2e-5);
      }
    },
  );
});
