import * as E from 'fp-ts/lib/Either.js';
import type { ExpressionError } from '../errors.js';

/** A polynomial's value at (x, y) or (x, y, z), an integer in [0, p), of integers in [0, p); an omitted z is 0. */
export type Polynomial = (x: number, y: number, z?: number) => number;

/** Thrown and caught inside this file only: where reading stopped and what was expected. */
class Unexpected extends Error {
  constructor(
    readonly at: number,
    readonly allowed: string,
  ) {
    super();
  }
}

/**
 * Reads a polynomial in x, y and z with integer coefficients, to be evaluated mod p (p ≤ 2^26, so that a product
 * of two residues is exact; each '^' keeps p of them).
 *
 *     sum     = product (('+' | '-') product)*
 *     product = signed ('*' signed)*
 *     signed  = '-' signed | power
 *     power   = atom ('^' integer)?
 *     atom    = integer | 'x' | 'y' | 'z' | '(' sum ')'
 *
 * A power binds closer than a sign: -x^2 is −(x²). 0^0 is 1. A product needs its '*'. Powers are looked up: those of
 * the p residues are computed once for each '^', by squaring, whatever its exponent.
 */
export function parseExpression(expression: string, p: number): E.Either<ExpressionError, Polynomial> {
  try {
    return E.right(new Parser(expression, p).whole());
  } catch (error) {
    if (!(error instanceof Unexpected)) throw error;
    const { at, allowed } = error;
    const found = at < expression.length ? `"${expression[at]}"` : 'its end';
    return E.left({
      _tag: 'ExpressionError',
      path: 'task.expression',
      value: expression,
      message: `cannot be read at character ${at + 1} (${found})`,
      allowed,
      at,
    });
  }
}

/** Whether a readable expression has a third variable. */
export const hasThirdVariable = (expression: string): boolean => expression.includes('z');

class Parser {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly p: number,
  ) {}

  whole(): Polynomial {
    const value = this.sum();
    this.skipSpace();
    if (this.at < this.text.length) throw new Unexpected(this.at, 'one of + - * or the end');
    return value;
  }

  private sum(): Polynomial {
    let value = this.product();
    for (;;) {
      const left = value;
      if (this.take('+')) {
        const right = this.product();
        value = (x, y, z) => (left(x, y, z) + right(x, y, z)) % this.p;
      } else if (this.take('-')) {
        const right = this.product();
        value = (x, y, z) => (left(x, y, z) - right(x, y, z) + this.p) % this.p;
      } else {
        return value;
      }
    }
  }

  private product(): Polynomial {
    let value = this.signed();
    while (this.take('*')) {
      const left = value;
      const right = this.signed();
      value = (x, y, z) => (left(x, y, z) * right(x, y, z)) % this.p;
    }
    return value;
  }

  private signed(): Polynomial {
    if (!this.take('-')) return this.power();
    const value = this.signed();
    return (x, y, z) => (this.p - value(x, y, z)) % this.p;
  }

  private power(): Polynomial {
    const base = this.atom();
    if (!this.take('^')) return base;
    this.skipSpace();
    const exponent = this.integer();
    if (exponent === undefined) throw new Unexpected(this.at, 'an exponent: an integer of at least 0');
    const powers = Int32Array.from({ length: this.p }, (_, residue) => powerMod(residue, exponent, this.p));
    return (x, y, z) => powers[base(x, y, z)]!;
  }

  private atom(): Polynomial {
    if (this.take('x')) return (x) => x;
    if (this.take('y')) return (_x, y) => y;
    if (this.take('z')) return (_x, _y, z = 0) => z;
    if (this.take('(')) {
      const inner = this.sum();
      if (!this.take(')')) throw new Unexpected(this.at, 'one of + - * or )');
      return inner;
    }
    const constant = this.integer();
    if (constant === undefined) throw new Unexpected(this.at, 'x, y, z, an integer, - or (');
    const residue = constant % this.p;
    return () => residue;
  }

  /** An integer of at least 0 at this place, or undefined if there is none; a sign is not part of it. */
  private integer(): number | undefined {
    const digits = /^[0-9]+/.exec(this.text.slice(this.at))?.[0];
    if (digits === undefined) return undefined;
    const value = Number(digits);
    if (!Number.isSafeInteger(value)) throw new Unexpected(this.at, 'an integer below 2^53');
    this.at += digits.length;
    return value;
  }

  private take(character: string): boolean {
    this.skipSpace();
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private skipSpace(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
  }
}

/** base^exponent mod p by squaring; base in [0, p), exponent an integer of at least 0. */
function powerMod(base: number, exponent: number, p: number): number {
  let result = 1 % p;
  let square = base;
  // Division, not a shift: exponents may exceed 32 bits.
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = (result * square) % p;
    square = (square * square) % p;
  }
  return result;
}
