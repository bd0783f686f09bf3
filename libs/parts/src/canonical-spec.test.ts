import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { absentDefaults, decodeStoredSpec, presetsOf, setAt, valueAt } from '@grokscope/schema';
import { builtIn, decodeRunSpec, type RunSpec } from './index.js';

const specOf = (input: unknown): RunSpec => {
  const decoded = decodeRunSpec(input);
  if (E.isLeft(decoded)) throw new Error(JSON.stringify(decoded.left));
  return decoded.right;
};
const silent = { task: { kind: 'modularAddition', p: 7 } };

describe('one run has one spec', () => {
  it.each(Object.entries(absentDefaults))('whether %s = %j is written out or not', (path, value) => {
    const written = specOf(setAt(silent, path, value, builtIn));
    expect(written).toEqual(specOf(silent));
    expect(valueAt(written, path)).toBeUndefined();
  });

  it.each([
    ['optimizer.schedule', 'cosine'],
    ['optimizer.decayTensors', 'weights'],
    ['optimizer.decayTensors', []],
    ['optimizer.orthogonalGradient', true],
    ['optimizer.frozen', ['embed.W_E']],
    ['optimizer.lrScale', { 'embed.W_E': 2 }],
  ])('and keeps %s = %j, which says something else', (path, value) => {
    expect(valueAt(specOf(setAt(silent, path, value, builtIn)), path)).toEqual(value);
  });

  it('and a decoded spec decodes to itself', () => {
    for (const kind of ['adamW', 'adam', 'sgd', 'muon']) {
      const spec = specOf({ ...silent, optimizer: { kind, schedule: 'constant', gradientFilter: {} } });
      expect(specOf(spec)).toEqual(spec);
    }
  });

  // A checkpoint's metadata hold the spec as text: a resumed run writes the same bytes as one that was never
  // interrupted.
  it.each(presetsOf(builtIn).map(({ name, spec }) => [name, spec] as const))(
    'and that of %s, stored, is read in the same bytes, its task known or not',
    (_, input) => {
      const muon = { kind: 'muon', schedule: 'cosine', gradientFilter: { alpha: 0.9 } };
      for (const written of [specOf(input), specOf({ ...input, optimizer: muon })]) {
        const text = JSON.stringify(written);
        const read = decodeStoredSpec(JSON.parse(text));
        expect(E.isRight(read) && JSON.stringify(read.right)).toBe(text);
        expect(JSON.stringify(specOf(JSON.parse(text)))).toBe(text);
      }
    },
  );
});
