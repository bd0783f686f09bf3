import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import {
  anyTaskCatalogue,
  addChange,
  applySet,
  decodeStoredSpec,
  describeChanges,
  formatSetting,
  hadSettings,
  isAsSpecified,
  setAt,
  settingDifferences,
  specDifferences,
} from '../index.js';
import type { Provenance, RunSpec, SettingChange } from '../index.js';

function spec(...set: string[]): RunSpec {
  const input = applySet({ task: { kind: 'modularAddition', p: 23 } }, set, anyTaskCatalogue);
  const decoded = E.isRight(input) ? decodeStoredSpec(input.right) : input;
  if (E.isLeft(decoded)) throw new Error(JSON.stringify(decoded.left));
  return decoded.right;
}

function made(of: RunSpec, beside: Partial<Provenance> = {}): Provenance {
  return {
    spec: of,
    initialWeights: null,
    rewrites: true,
    engine: 'wasm',
    threads: 2,
    changes: [],
    ...beside,
  };
}

const decay = (step: number, value: number): SettingChange => ({
  step,
  path: 'optimizer.weightDecay',
  value,
});

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
      (at, { path, values }) => setAt(at, path, values[1], anyTaskCatalogue),
      a,
    );
    expect(decodeStoredSpec(moved)).toEqual(E.right(b));
  });
});

describe('what shaped a run beside its spec', () => {
  const plain = made(spec());

  it('tells runs of one spec apart: other initial weights, no rewrites, another engine, a setting changed', () => {
    const others: Partial<Provenance>[] = [
      { initialWeights: 'ab12' },
      { rewrites: false },
      { engine: 'reference' },
      { threads: 1 },
      { changes: [decay(500, 0)] },
    ];
    const found = others.map((other) => settingDifferences([plain, made(spec(), other)]));
    expect(found).toEqual([
      [{ path: 'initialWeights', values: [undefined, 'ab12'] }],
      [{ path: 'rewrites', values: [true, false] }],
      [{ path: 'engine', values: ['wasm', 'reference'] }],
      [{ path: 'threads', values: [2, 1] }],
      [
        {
          path: 'optimizer.weightDecay',
          values: [1, { initially: 1, changes: [{ step: 500, value: 0 }] }],
        },
      ],
    ]);
    expect(formatSetting('optimizer.weightDecay', found[4]![0]!.values[1])).toBe('1, then 0 from step 500');
    expect(formatSetting('initialWeights', 'ab12'.repeat(16))).toBe('ab12ab12ab12');
    expect(formatSetting('initialWeights', undefined)).toBe('–');
  });

  it('is not a setting set to the value it has, nor a raised total of steps', () => {
    const same = made(spec(), {
      changes: [decay(10, 1), { step: 40, path: 'training.steps', value: 40_000 }],
    });
    expect(settingDifferences([plain, same])).toEqual([]);
    expect(isAsSpecified(same)).toBe(true);
    expect(isAsSpecified(made(spec(), { changes: [decay(10, 1), decay(20, 0.5)] }))).toBe(false);
    expect(isAsSpecified(made(spec(), { initialWeights: 'ab12' }))).toBe(false);
  });

  it('leaves neither value to a setting that changed, wherever it is asked for', () => {
    const changed = made(spec(), { changes: [decay(500, 0)] });
    const asked = (run: Provenance) =>
      [1, 0].map((value) => hadSettings(run, [{ path: 'optimizer.weightDecay', value }], anyTaskCatalogue));
    expect([asked(plain), asked(changed)]).toEqual([
      [true, false],
      [false, false],
    ]);
    expect(hadSettings(changed, [{ path: 'model.seed', value: 0 }], anyTaskCatalogue)).toBe(true);
  });

  it('forgets what was set after the step from which the run went on', () => {
    const first = addChange(addChange([], decay(40, 0.5)), decay(80, 0));
    const lr = addChange(first, { step: 70, path: 'optimizer.lr', value: 0.1 });
    expect(describeChanges(addChange(lr, decay(66, 0.1)))).toBe(
      'optimizer.weightDecay=0.5 at step 40, optimizer.weightDecay=0.1 at step 66, optimizer.lr=0.1 at step 70',
    );
  });
});
