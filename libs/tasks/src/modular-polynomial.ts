import { described, text } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { parseExpression } from './expression.js';
import { modulus, pairsModulo } from './modulus.js';
import { pairTask } from './pair-task.js';
import { preset, recipe, split } from './preset.js';

/** The value of `expression` at x = a, y = b, mod p; there are no examples where the expression cannot be read. */
export const modularPolynomial = pairTask({
  kind: 'modularPolynomial',
  teaches:
    'a polynomial of x = a and y = b mod p, such as x^2 + x*y + y^2: how far the circles carry, and where they stop',
  parameters: {
    p: modulus,
    expression: described(
      text(200),
      'a polynomial in x and y: + - * ^ ( ) and integers, such as x^2 + x*y + y^2',
    ),
  },
  exampleCount: ({ p }) => p * p,
  words: ({ p, expression }) => ({ title: `${expression} mod ${p}`, ...pairsModulo(p) }),
  exampleText: (_, { at, answers }) => `x = ${at(0)}, y = ${at(1)} → ${answers[0]}`,
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
  ],
});
