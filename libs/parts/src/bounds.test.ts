import * as E from 'fp-ts/lib/Either.js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  MAX_ASSIGNMENTS,
  MAX_DEPTH,
  MAX_LISTED,
  MAX_VALUES,
  applySet,
  countFaults,
  decodeClientMessage,
  decodeNotesChange,
  decodePruneOrder,
  decodeRunCommand,
  decodeSweepSpec,
  decodeWhere,
  formatSpecErrors,
  formatValue,
  sizeFault,
} from '@grokscope/schema';
import type { SpecError } from '@grokscope/schema';
import { builtIn, decodeRunSpec } from './index.js';

const task = { kind: 'modularAddition', p: 7 };
const many = (n: number): Record<string, number> =>
  Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, i]));
const nested = (levels: number): unknown => {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
};
const errorsOf = (result: E.Either<readonly SpecError[], unknown>): readonly SpecError[] =>
  E.isLeft(result) ? result.left : [];

const decoders: Readonly<Record<string, (input: unknown) => E.Either<readonly SpecError[], unknown>>> = {
  spec: (input) => decodeRunSpec(input),
  'section of a spec': (input) => decodeRunSpec({ task, optimizer: input }),
  'value of a spec': (input) => decodeRunSpec({ task, name: input }),
  'names of tensors': (input) => decodeRunSpec({ task, optimizer: { decayTensors: input } }),
  sweep: (input) => decodeSweepSpec(input),
  'values of a sweep': (input) =>
    decodeSweepSpec({ name: 'a', base: 'b', vary: { 'optimizer.lr': [input] } }),
  'cases of a sweep': (input) => decodeSweepSpec({ name: 'a', base: 'b', cases: [input] }),
  'seeds of a sweep': (input) =>
    decodeSweepSpec({ name: 'a', base: 'b', seeds: input, vary: { 'optimizer.lr': [1] } }),
  command: (input) => decodeRunCommand({ command: 'set', path: 'optimizer.lr', value: input }),
  'keys of a command': (input) => decodeRunCommand({ ...(input as object), command: 'pause' }),
  message: (input) => decodeClientMessage({ ...(input as object), type: 'subscribe', runId: 'a' }),
  'names in a message': (input) =>
    decodeClientMessage({ type: 'watch', runId: 'a', names: input, everySteps: 1 }),
  notes: (input) => decodeNotesChange({ note: input, addTags: input }),
  'order to prune': (input) => decodePruneOrder({ keepLast: input }),
  'what a change is laid over': (input) => applySet({ task, name: input }, ['model.seed=1'], builtIn),
  'value of a change': (input) => applySet({ task }, [`name=${JSON.stringify(input)}`], builtIn),
  condition: (input) => decodeWhere([`name=${JSON.stringify(input)}`], builtIn),
};

describe('an input of any size', () => {
  it.each(Object.entries(decoders))('is refused in few words where it stands as %s', (_, decode) => {
    const inputs = [
      nested(60),
      nested(1000),
      many(20_000),
      Array(20_000).fill('xxx'),
      'x'.repeat(300_000),
      Object.fromEntries([['k'.repeat(300_000), 1]]),
    ];
    for (const input of inputs) {
      const errors = errorsOf(decode(input));
      expect(errors.length).toBeLessThanOrEqual(MAX_LISTED + 1);
      expect(formatSpecErrors(errors).length).toBeLessThan(60_000);
    }
  });

  it('may be ten thousand levels deep or hold itself without a defect', () => {
    const cycle: Record<string, unknown> = {};
    cycle['a'] = [cycle];
    for (const input of [nested(10_000), cycle]) {
      for (const [name, decode] of Object.entries(decoders)) {
        // JSON itself cannot express these.
        if (name === 'value of a change' || name === 'condition') continue;
        expect(() => decode(input), name).not.toThrow();
      }
      expect(formatValue(input).length).toBeLessThanOrEqual(81);
    }
    const text = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    expect(errorsOf(applySet({ task }, [`name=${text}`], builtIn))[0]).toMatchObject({ path: 'name' });
    expect(errorsOf(decodeWhere([`name=${text}`], builtIn))[0]).toMatchObject({ path: 'name' });
  });

  it('is taken up to the bound', () => {
    expect(sizeFault(nested(MAX_DEPTH))).toBeUndefined();
    expect(sizeFault(nested(MAX_DEPTH + 1))).toMatchObject({ message: 'is nested more than 32 levels deep' });
    expect(sizeFault(many(MAX_VALUES - 1))).toBeUndefined();
    expect(sizeFault(many(MAX_VALUES))).toMatchObject({ message: 'holds more than 10000 values' });
    expect(E.isRight(applySet({}, Array(MAX_ASSIGNMENTS).fill('a.b=1'), builtIn))).toBe(true);
    expect(errorsOf(applySet({}, Array(MAX_ASSIGNMENTS + 1).fill('a.b=1'), builtIn))).toHaveLength(1);
  });
});

describe('a list of faults', () => {
  it('ends after fifty and says how many more there are', () => {
    const errors = errorsOf(decodeRunSpec({ task, ...many(9000) }));
    expect(errors).toHaveLength(MAX_LISTED + 1);
    expect(countFaults(errors)).toBe(9000);
    expect(errors.at(-1)).toMatchObject({ more: 9000 - MAX_LISTED });
    expect(formatSpecErrors(errors)).toMatch(/\nand 8950 more faults, not listed$/);
  });

  it('is whole up to fifty', () => {
    const errors = errorsOf(decodeRunSpec({ task, ...many(MAX_LISTED) }));
    expect(errors).toHaveLength(MAX_LISTED);
    expect(errors.every(({ more }) => more === undefined)).toBe(true);
  });

  it('counts faults in values, assignments and names of tensors alike', () => {
    const assignments = Array.from({ length: 80 }, (_, i) => `broken ${i}`);
    expect(countFaults(errorsOf(applySet({}, assignments, builtIn)))).toBe(80);
    const optimizer = { decayTensors: Array.from({ length: 80 }, (_, i) => `W_${i}`) };
    expect(countFaults(errorsOf(decodeRunSpec({ task, optimizer })))).toBe(80);
  });
});

describe('the work of a change', () => {
  afterEach(() => vi.restoreAllMocks());

  it('grows with the assignments, not with their square', () => {
    const definitions = (n: number): number => {
      const spy = vi.spyOn(Object, 'defineProperty');
      applySet(
        { task },
        Array.from({ length: n }, (_, i) => `optimizer.x${i}=1`),
        builtIn,
      );
      const { length } = spy.mock.calls;
      spy.mockRestore();
      return length;
    };
    expect(definitions(800)).toBeLessThan(definitions(400) * 2.5);
  });
});
