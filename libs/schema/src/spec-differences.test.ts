import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { applySet, decodeRunSpec, setAt, specDifferences } from './index.js';
import type { RunSpec } from './index.js';

function spec(...set: string[]): RunSpec {
  const input = applySet({ task: { kind: 'modularAddition', p: 23 } }, set);
  const decoded = E.isRight(input) ? decodeRunSpec(input.right) : input;
  if (E.isLeft(decoded)) throw new Error(JSON.stringify(decoded.left));
  return decoded.right;
}

describe('differences of specs', () => {
  it('are the settings that are not the same in all, by their paths', () => {
    const specs = [
      spec(),
      spec('optimizer.weightDecay=0.3', 'optimizer.betas=[0.9,0.99]', 'name=other'),
      spec('training.stopWhen={"testAccuracy":0.9}'),
    ];
    expect(specDifferences(specs)).toEqual([
      { path: 'name', values: [specs[0]!.name, 'other', specs[2]!.name] },
      {
        path: 'optimizer.betas',
        values: [
          [0.9, 0.98],
          [0.9, 0.99],
          [0.9, 0.98],
        ],
      },
      { path: 'optimizer.weightDecay', values: [1, 0.3, 1] },
      { path: 'training.stopWhen.testAccuracy', values: [undefined, undefined, 0.9] },
    ]);
  });

  it('are none of a spec to itself, and bring one spec to the other', () => {
    const [a, b] = [spec(), spec('model.dMlp=64', 'model.seed=8', 'data.trainFraction=0.5')];
    expect(specDifferences([a, a, spec()])).toEqual([]);
    const moved = specDifferences([a, b]).reduce<unknown>(
      (at, { path, values }) => setAt(at, path, values[1]),
      a,
    );
    expect(decodeRunSpec(moved)).toEqual(E.right(b));
  });
});
