import { describe, expect, it } from 'vitest';
import { conformanceCases } from '../testing/index.js';
import { createReferenceEngine } from './reference-engine.js';

describe('the reference engine keeps the contract', () => {
  it.each(conformanceCases.map((c) => [c.name, c] as const))('%s', async (_, { run }) => {
    expect((await run(createReferenceEngine())).worstError).toBe(0);
  });
});
