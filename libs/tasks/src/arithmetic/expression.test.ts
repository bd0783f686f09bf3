import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it, vi } from 'vitest';
import { parseExpression } from '../index.js';

function evaluate(expression: string, p: number, x: number, y: number): number {
  const parsed = parseExpression(expression, p);
  if (E.isLeft(parsed)) throw new Error(parsed.left.message);
  return parsed.right(x, y);
}

function failure(expression: string): [number, string] {
  const parsed = parseExpression(expression, 7);
  if (E.isRight(parsed)) throw new Error(`${expression} was read`);
  return [parsed.left.at, parsed.left.allowed];
}

describe('polynomial expressions', () => {
  it('agrees with plain arithmetic, residues never negative', () => {
    const cases: [string, (x: number, y: number) => number][] = [
      ['x^2 + x*y + y^2', (x, y) => x * x + x * y + y * y],
      ['x - y - 1', (x, y) => x - y - 1],
      ['-x^2', (x) => -(x * x)],
      ['-(x+ y)*3', (x, y) => -(x + y) * 3],
      ['2*x^3*-y', (x, y) => 2 * x ** 3 * -y],
      ['((x))', (x) => x],
      ['12 - 20', () => -8],
      ['(x-y)^2', (x, y) => (x - y) ** 2],
      ['--x', (x) => x],
    ];
    const residues = fc.integer({ min: 0, max: 12 });
    fc.assert(
      fc.property(fc.constantFrom(...cases), residues, residues, ([text, plain], x, y) => {
        const p = 13;
        expect(evaluate(text, p, x, y)).toBe(((plain(x, y) % p) + p) % p);
      }),
      { seed: 5 },
    );
  });

  it('may have a third variable', () => {
    const parsed = parseExpression('x*y + z^2 - z', 13);
    if (E.isLeft(parsed)) throw new Error(parsed.left.message);
    expect([parsed.right(3, 4, 5), parsed.right(3, 4, 0), parsed.right(3, 4)]).toEqual([6, 12, 12]);
  });

  it('takes large exponents and constants exactly, and 0^0 as 1', () => {
    // Fermat: x^(p−1) = 1 mod a prime p.
    expect(evaluate('x^996', 997, 123, 0)).toBe(1);
    expect(evaluate('9007199254740991', 997, 0, 0)).toBe(9007199254740991 % 997);
    expect(evaluate('x^0', 5, 0, 0)).toBe(1);
  });

  it('computes each power of a residue once, whatever its exponent and however many pairs there are', () => {
    const p = 61;
    const parsed = parseExpression('(x + y)^9007199254740991', p);
    if (E.isLeft(parsed)) throw new Error(parsed.left.message);
    // By Fermat; compared with plain repeated multiplication.
    const exponent = 9007199254740991 % (p - 1);
    const plain = (base: number): number => {
      let power = 1;
      for (let i = 0; i < exponent; i++) power = (power * base) % p;
      return base === 0 ? 0 : power;
    };
    const floors = vi.spyOn(Math, 'floor');
    for (let x = 0; x < p; x++)
      for (let y = 0; y < p; y++) expect(parsed.right(x, y)).toBe(plain((x + y) % p));
    // Squaring halves the exponent with Math.floor; nothing of that is left to do for a pair.
    expect(floors).not.toHaveBeenCalled();
    floors.mockRestore();
  });

  it.each([
    ['', 0],
    ['x +', 3],
    ['xy', 1],
    ['2x', 1],
    ['x ^ y', 4],
    ['x^-1', 2],
    ['(x + y', 6],
    ['x + w', 4],
    ['x / y', 2],
    ['x)', 1],
    ['99999999999999999999', 0],
  ])('says where %j cannot be read and what would be allowed', (expression, at) => {
    const [found, allowed] = failure(expression);
    expect(found).toBe(at);
    expect(allowed.length).toBeGreaterThan(5);
  });

  it('names the character in its message', () => {
    expect(parseExpression('x + w', 7)).toMatchObject(
      E.left({ message: 'cannot be read at character 5 ("w")', allowed: 'x, y, z, an integer, - or (' }),
    );
  });
});
