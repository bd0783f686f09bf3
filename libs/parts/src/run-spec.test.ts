import type { specError } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { expect, expectTypeOf, it } from 'vitest';
import { builtIn, decodeRunSpec, type RunSpec, type RunSpecInput } from './index.js';

/** The modulus of a spec, by its kind alone. */
const modulusOf = ({ task }: RunSpec): number | undefined =>
  task.kind === 'modularAddition' ? task.p : undefined;

it('narrows the task of a decoded spec by its kind', () => {
  const decoded = decodeRunSpec({ task: { kind: 'modularAddition', p: 7 } });
  expectTypeOf(decoded).toEqualTypeOf<E.Either<readonly ReturnType<typeof specError>[], RunSpec>>();
  expect(E.isRight(decoded) && modulusOf(decoded.right)).toBe(7);
});

it('asks in its types for what a task has no default for, and for nothing else', () => {
  const whole: RunSpecInput[] = [{ task: { kind: 'rot13' } }, { task: { kind: 'modularDivision', p: 7 } }];
  // @ts-expect-error A modulus has no default.
  const without: RunSpecInput = { task: { kind: 'modularDivision' } };
  // @ts-expect-error No built-in task is called so.
  const misspelt: RunSpecInput = { task: { kind: 'rot14' } };
  for (const spec of whole) expect(E.isRight(decodeRunSpec(spec))).toBe(true);
  for (const spec of [without, misspelt]) expect(E.isLeft(decodeRunSpec(spec))).toBe(true);
});

it('decodes by the catalogue it is given', () => {
  const onlyFirst = { ...builtIn, tasks: builtIn.tasks.slice(0, 1) };
  const spec = { task: { kind: 'rot13' } };
  expect(E.isRight(decodeRunSpec(spec))).toBe(true);
  expect(decodeRunSpec(spec, onlyFirst)).toMatchObject(
    E.left([{ path: 'task.kind', allowed: 'one of modularAddition' }]),
  );
});
