import type { Engine } from '@grokscope/engine';
import { initialWeights, toGraphLayout } from '@grokscope/model';
import { HYPER_INPUT, hyperAt } from '@grokscope/optim';
import { decodeRunSpec } from '@grokscope/parts';
import { type RunSpec } from '@grokscope/schema';
import { createDataset } from '@grokscope/tasks';
import { buildProgram } from '@grokscope/training';

// Every form that a task's data can take, at odd sizes, for tests that compare an engine with the float64 reference.

const STEPS = 6;
const model = { dModel: 9, nHeads: 3, dHead: 3, dMlp: 11, seed: 3 };
const table = { trainFraction: 0.5, split: 'native' };
const sampled = { trainExamples: 13, split: 'native' };
const repeats = { kind: 'repeatedSubsequence', length: 13, subsequence: 3, repeats: 3, vocabulary: 11 };
const trigram = { kind: 'skipTrigram', length: 7, markers: 3, vocabulary: 11 };
const twoLayers = { ...model, nLayers: 2, dMlp: 0 };

/** Name and spec (as a user writes it) of each form. */
export const taskForms: readonly (readonly [string, object])[] = [
  [
    'character addition, full batch',
    { task: { kind: 'characterAddition', vocabulary: 7 }, data: table, model },
  ],
  [
    'character addition, batches of 5',
    { task: { kind: 'characterAddition', vocabulary: 7 }, data: table, model, training: { batchSize: 5 } },
  ],
  [
    'permutations, 2 layers',
    { task: { kind: 'permutationComposition', n: 3 }, data: table, model: { ...model, nLayers: 2 } },
  ],
  [
    'products in a group, full batch',
    { task: { kind: 'groupComposition', group: { dihedral: 4 } }, data: table, model },
  ],
  [
    'a polynomial in three variables, batches of 7',
    {
      task: { kind: 'modularPolynomial', p: 5, expression: 'x*y + z' },
      data: { ...table, trainFraction: 0.2 },
      model,
      training: { batchSize: 7 },
    },
  ],
  [
    'sparse parity, 13 sequences in batches of 5',
    { task: { kind: 'sparseParity', bits: 6, subset: 2 }, data: sampled, model, training: { batchSize: 5 } },
  ],
  [
    'ROT13 of words, batches of 7',
    {
      task: { kind: 'rot13', letters: 2 },
      data: { ...table, trainFraction: 0.05 },
      model,
      training: { batchSize: 7 },
    },
  ],
  [
    'digit addition, infinite',
    { task: { kind: 'digitAddition', digits: 2 }, model, training: { batchSize: 5 } },
  ],
  ['digit addition, 13 sums', { task: { kind: 'digitAddition', digits: 2 }, data: sampled, model }],
  [
    'repeated subsequences, infinite, attention only',
    { task: repeats, model: twoLayers, training: { batchSize: 5 } },
  ],
  ['repeated subsequences, 13 full, attention only', { task: repeats, data: sampled, model: twoLayers }],
  [
    'repeated subsequences, batches of 5 of 13, with MLP',
    { task: repeats, data: sampled, model: { ...model, nLayers: 2 }, training: { batchSize: 5 } },
  ],
  ['skip trigrams, infinite', { task: trigram, model: { ...model, dMlp: 0 }, training: { batchSize: 5 } }],
  ['skip trigrams, 13 with label noise', { task: trigram, data: { ...sampled, labelNoise: 0.3 }, model }],
];

/** The spec of a form with its defaults filled in. */
export function decoded(input: object): RunSpec {
  const spec = decodeRunSpec(input);
  if (spec._tag === 'Left') throw new Error(JSON.stringify(spec.left));
  return spec.right;
}

/** Returns every weight after some steps, and what `evaluate` then measures on the first examples. */
export async function trainForm(
  engine: Engine,
  spec: RunSpec,
  rewrites: boolean,
): Promise<Map<string, ArrayLike<number>>> {
  const made = createDataset(spec.task, spec.data);
  if (made._tag === 'Left') throw new Error(made.left.message);
  const { functions, parameters, batchAt, evaluation } = buildProgram(spec, made.right, { rewrites });
  const program = await engine.compile(functions);
  initialWeights(spec.model, made.right).forEach(({ name, data }, i) =>
    program.write(name, toGraphLayout(parameters[i]!, data)),
  );
  const feeds = Array.from({ length: STEPS }, (_, step) => ({
    ...batchAt(step),
    [HYPER_INPUT]: hyperAt(spec.optimizer, step + 10),
  }));
  await program.run('train', feeds.slice(0, 2));
  await program.run('train', feeds.slice(2));
  const found = new Map<string, ArrayLike<number>>(
    Object.entries(await program.run('evaluate', evaluation.feeds.slice(0, 1))),
  );
  for (const { name } of parameters) found.set(name, await program.read(name));
  await program.dispose();
  return found;
}
