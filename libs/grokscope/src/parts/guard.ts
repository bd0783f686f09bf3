import { isDeepStrictEqual } from 'node:util';
import { formatShape, type Shape } from '@grokscope/base';
import type { Tensor } from '@grokscope/graph';
import { PartFault, thrownBy, type PartMark } from './defined.js';

/*
 * Wrappers for the functions of parts: whatever goes wrong in one is reported with the part, its rule and its author's
 * line.
 */

/** Describes what is wrong with a function's result; undefined if nothing is. */
export type Check<A extends readonly unknown[], R> = (result: R, args: A) => string | undefined;

/**
 * Wraps a function of a part: an exception in it, and a fault that `check` finds in its result, become a `PartFault`.
 */
export function guarded<A extends readonly unknown[], R>(
  part: PartMark,
  rule: string | ((args: A) => string),
  call: (...args: A) => R,
  check?: Check<A, R>,
): (...args: A) => R {
  const nameOfRule = (args: A): string => (typeof rule === 'string' ? rule : rule(args));
  return (...args) => {
    let result: R;
    try {
      result = call(...args);
    } catch (thrown) {
      throw thrownBy(part, nameOfRule(args), thrown);
    }
    const problem = check?.(result, args);
    if (problem !== undefined) throw new PartFault(part, nameOfRule(args), problem);
    return result;
  };
}

/** As `guarded`, for a function that may return a promise. */
export function guardedAsync<A extends readonly unknown[], R>(
  part: PartMark,
  rule: string,
  call: (...args: A) => R | Promise<R>,
): (...args: A) => R | Promise<R> {
  const inner = guarded(part, rule, call);
  return (...args) => {
    const result = inner(...args);
    if (!(result instanceof Promise)) return result;
    return result.catch((thrown: unknown) => {
      throw thrownBy(part, rule, thrown);
    });
  };
}

/** A value as errors show it: a number as it is, a tensor by its shape, anything else by its type. */
export function shown(value: unknown): string {
  if (typeof value === 'number' || value === null || value === undefined) return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isTensor(value)) return `a tensor ${formatShape(value.shape)}`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${(value as Int32Array).length}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

export const isTensor = (value: unknown): value is Tensor =>
  typeof value === 'object' && value !== null && 'graph' in value && 'shape' in value && 'dtype' in value;

/** Describes what is wrong with a result that must be a tensor of this shape. */
export function tensorProblem(value: unknown, shape: Shape, meaning: string): string | undefined {
  const wanted = `wanted is a tensor ${formatShape(shape)}, ${meaning}`;
  if (!isTensor(value)) return `returned ${shown(value)}; ${wanted}`;
  return isDeepStrictEqual([...value.shape], [...shape])
    ? undefined
    : `returned a tensor ${formatShape(value.shape)}; ${wanted}`;
}

/** Describes the first of these numbers that is not an integer in [0, below), with its place. */
export function rangeProblem(
  values: ArrayLike<number>,
  below: number,
  placeOf: (i: number) => string,
): string | undefined {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!(Number.isInteger(value) && value >= 0 && value < below))
      return `${placeOf(i)} is ${value}; allowed is an integer from 0 to ${below - 1}`;
  }
  return undefined;
}
