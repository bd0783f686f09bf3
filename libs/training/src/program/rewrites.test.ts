import { createReferenceEngine } from '@grokscope/engine';
import { expect, it } from 'vitest';
import { modelCases, trainFew, worstDifference } from '../testing/index.js';

// What the full tables of program.test.ts leave out: batches, longer contexts, every option of an optimizer.
const cases = modelCases.filter(({ spec }) => spec.training.batchSize !== 'full');

it.each(cases.map(({ name, spec }) => [name, spec] as const))(
  'the rewrites change no result beyond rounding, in float64 to 1e-12: %s',
  async (_, spec) => {
    const [rewritten, plain] = [true, false].map((rewrites) =>
      trainFew(createReferenceEngine(), spec, rewrites),
    );
    const { key, error } = worstDifference(await rewritten!, await plain!);
    expect(error, key).toBeLessThan(1e-12);
  },
);
