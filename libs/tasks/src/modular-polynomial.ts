import type { TaskSpecOf } from '@grokscope/schema';
import { pipe } from 'fp-ts/lib/function.js';
import * as E from 'fp-ts/lib/Either.js';
import type { ExpressionError } from './errors.js';
import { parseExpression } from './expression.js';
import type { PairTask } from './pair-task.js';

/** What the task teaches, for people. */
export const polynomialTeaches =
  'a polynomial of x = a and y = b mod p, such as x^2 + x*y + y^2: how far the circles carry, and where they stop';

/** The value of `expression` at x = a, y = b, mod p; fails where the expression cannot be read. */
export function modularPolynomial(
  spec: TaskSpecOf<'modularPolynomial'>,
): E.Either<ExpressionError, PairTask> {
  const { kind, p, expression } = spec;
  return pipe(
    parseExpression(expression, p),
    E.map((answer) => ({ kind, teaches: polynomialTeaches, n: p, p, firstB: 0, answer })),
  );
}
