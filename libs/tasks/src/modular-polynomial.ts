import { described, specError, text } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { TaskShape } from './data/dataset.js';
import { hasThirdVariable, parseExpression, type Polynomial } from './arithmetic/expression.js';
import { MAX_MODULUS, modulus, pairsModulo } from './arithmetic/modulus.js';
import { pairTask } from './forms/pair-task.js';
import { preset, recipe, split } from './forms/preset.js';
import type { Table } from './forms/table.js';

/** The largest modulus with three variables: p³ examples, about as many as pairs mod `MAX_MODULUS`. */
const MAX_OF_THREE = 62;

const ofTwo = pairTask({
  kind: 'modularPolynomial',
  teaches:
    'a polynomial of x = a and y = b mod p, such as x^2 + x*y + y^2: how far the circles carry, and where they stop',
  parameters: {
    p: described(
      modulus,
      `an integer from 2 to ${MAX_MODULUS}; with three variables from 2 to ${MAX_OF_THREE}`,
    ),
    expression: described(
      text(200),
      'a polynomial in x and y, or x, y and z: + - * ^ ( ) and integers, such as x^2 + x*y + y^2',
    ),
  },
  rules: ({ p, expression }) => {
    if (p <= MAX_OF_THREE || !hasThirdVariable(expression)) return [];
    const allowed = `an integer from 2 to ${MAX_OF_THREE} where the expression has a z`;
    return [specError('task.p', p, allowed, `must be ${allowed}: there are p³ examples`)];
  },
  operandCount: ({ expression }) => (hasThirdVariable(expression) ? 3 : 2),
  exampleCount: ({ p, expression }) => p ** (hasThirdVariable(expression) ? 3 : 2),
  words: ({ p, expression }) => ({
    title: `${expression} mod ${p}`,
    ...pairsModulo(p),
    ...(hasThirdVariable(expression) ? { examples: 'triples' } : {}),
  }),
  exampleText: ({ expression }, { at, answers }) => {
    const third = hasThirdVariable(expression) ? `, z = ${at(2)}` : '';
    return `x = ${at(0)}, y = ${at(1)}${third} → ${answers[0]}`;
  },
  pairs: ({ p, expression }) =>
    pipe(
      parseExpression(expression, p),
      E.map((answer) => ({ n: p, p, firstB: 0, answer })),
    ),
  presets: [
    preset(
      'polynomial',
      'x² + xy + y² mod 97 with 60 % of the pairs seen: a table that no single circle explains.',
      recipe({ kind: 'modularPolynomial', p: 97, expression: 'x^2 + x*y + y^2' }, split(0.6)),
    ),
    preset(
      'three-operands',
      'x + y + z mod 23, 20 % of the triples seen: the circles of addition carry a third number.',
      recipe({ kind: 'modularPolynomial', p: 23, expression: 'x + y + z' }, split(0.2), {
        optimizer: { lr: 0.003, weightDecay: 2 },
        training: { steps: 1000 },
        observe: { metricsEvery: 10, progressEvery: 50, checkpointEvery: 50 },
      }),
    ),
  ],
});

/**
 * The value of `expression` at x = a, y = b, mod p; of an expression with a z at x, y and z, tokens `[x, y, z, "="]`.
 * Without a readable expression there are no examples.
 */
export const modularPolynomial: typeof ofTwo = {
  ...ofTwo,
  shape: (spec) =>
    hasThirdVariable(spec.expression) ? E.map(() => shapeOfThree(spec.p))(read(spec)) : ofTwo.shape(spec),
  table: (spec) =>
    hasThirdVariable(spec.expression) ? E.map(triples(spec.p))(read(spec)) : ofTwo.table(spec),
};

type Spec = Parameters<typeof ofTwo.shape>[0];

const read = ({ expression, p }: Spec) => parseExpression(expression, p);

function shapeOfThree(p: number): TaskShape {
  const { kind, teaches } = ofTwo;
  return {
    kind,
    teaches,
    dVocab: p + 1,
    dVocabOut: p + 1,
    nCtx: 4,
    nScored: 1,
    positionsVary: false,
    operands: { count: 3, values: p, answers: p },
    vocabulary: [...Array.from({ length: p }, (_, number) => String(number)), '='],
  };
}

/** Every triple, z innermost: (x, y, z) has index (x·p + y)·p + z. */
const triples =
  (p: number) =>
  (answer: Polynomial): Table => {
    const nExamples = p ** 3;
    const tokens = new Int32Array(nExamples * 4);
    const labels = new Int32Array(nExamples);
    for (let i = 0; i < nExamples; i++) {
      const [x, y, z] = [Math.floor(i / (p * p)), Math.floor(i / p) % p, i % p];
      tokens.set([x, y, z, p], 4 * i);
      labels[i] = answer(x, y, z);
    }
    return { ...shapeOfThree(p), nExamples, tokens, labels, scoredPositions: Int32Array.of(3) };
  };
