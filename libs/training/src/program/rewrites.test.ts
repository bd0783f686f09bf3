import { createReferenceEngine } from '@grokscope/engine';
import { schedule } from '@grokscope/graph';
import { datasetOf, decodeRunSpec } from '@grokscope/parts';
import { runSpecDefaults } from '@grokscope/schema';
import { expect, it } from 'vitest';
import { buildProgram } from './program.js';
import { modelCases, trainFew, worstDifference } from '../testing/index.js';

// What the full tables of program.test.ts leave out: batches, longer contexts, every option of an optimizer and a
// model.
const cases = modelCases.filter(
  ({ spec }) =>
    spec.training.batchSize !== 'full' ||
    Object.keys(spec.model).some((key) => !Object.hasOwn(runSpecDefaults.model, key)),
);

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

it.each([
  ['separate tables, joined', {}],
  ['one table, added', { sharedEmbedding: true, combine: 'add' }],
])('an mlp multiplies a table of tokens, not one of examples, by W_in: %s', (_, option) => {
  const model = { kind: 'mlp', dEmbed: 8, hidden: [6], ...option };
  const decoded = decodeRunSpec({ task: { kind: 'modularAddition', p: 13 }, model });
  if (decoded._tag === 'Left') throw new Error(JSON.stringify(decoded.left));
  const made = datasetOf(decoded.right);
  if (made._tag === 'Left') throw new Error(made.left.message);
  const { functions, rewrites } = buildProgram(decoded.right, made.right);
  expect(rewrites.map(({ rewrite }) => rewrite)).toContain('workOnTokens');
  const { graph } = functions.train;
  const overExamples = schedule(functions.train).filter(
    ({ op, inputs }) =>
      op === 'matmul' && graph.node(inputs[0]!).shape.includes(made.right.trainIndices.length),
  );
  // The logits, and the gradients of W_U and of the hidden layer.
  expect(overExamples).toHaveLength(3);
});
