import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import {
  decodeTaskKind,
  decodeWhere,
  formatSpecErrors,
  hasSettings,
  pathFault,
  searchable,
  kindsOf,
} from '@grokscope/schema';
import { builtIn, decodeRunSpec, type RunSpec } from './index.js';

const specOf = (input: unknown): RunSpec => {
  const decoded = decodeRunSpec(input);
  if (E.isLeft(decoded)) throw new Error(formatSpecErrors(decoded.left));
  return decoded.right;
};
const plain = specOf({ task: { kind: 'modularAddition', p: 7 } });
const has = (spec: RunSpec, ...where: string[]): boolean => {
  const wanted = decodeWhere(where, builtIn);
  if (E.isLeft(wanted)) throw new Error(formatSpecErrors(wanted.left));
  return hasSettings(spec, wanted.right, builtIn);
};
const refusal = (...where: string[]): string => {
  const wanted = decodeWhere(where, builtIn);
  return E.isLeft(wanted) ? formatSpecErrors(wanted.left) : 'taken';
};

describe('conditions on a spec', () => {
  it('hold for what is written out and for what is a default', () => {
    expect(has(plain, 'optimizer.lr=1e-3', 'task.p=7.0', 'optimizer.betas=[0.9, 0.98]')).toBe(true);
    expect(has(plain, 'optimizer.schedule=constant')).toBe(true);
    expect(has(plain, 'optimizer.decayTensors=all', 'optimizer.orthogonalGradient=false')).toBe(true);
    expect(has(plain, 'optimizer.schedule=cosine')).toBe(false);
    expect(has(plain, 'optimizer.clipNorm=1')).toBe(false);
    expect(has(plain, 'data={"splitSeed":0,"trainFraction":0.3}')).toBe(true);
    expect(has(plain, 'data={"splitSeed":0,"trainFraction":0.4}')).toBe(false);
  });

  it('find a text in whatever Unicode form it was written', () => {
    const spec = specOf({ ...plain, name: 'Zürich'.normalize('NFD') });
    expect(has(spec, `name=${'Zürich'.normalize('NFC')}`)).toBe(true);
    expect(has(specOf({ ...plain, name: 'Zürich' }), `name=${'Zürich'.normalize('NFD')}`)).toBe(true);
    expect(has(spec, 'name=Zurich')).toBe(false);
    expect(searchable('ZÜRICH'.normalize('NFD'))).toBe(searchable('zürich'.normalize('NFC')));
  });

  it.each([
    ['optimizer.weightdecay=3', /^optimizer\.weightdecay = 3: is an unknown key; did you mean weightDecay\?/],
    ['optimizer.lrr=3', /did you mean lr\?/],
    ['optimiser.lr=3', /^optimiser = 3: is an unknown key; did you mean optimizer\?/],
    ['optimizer.lr.x=3', /^optimizer\.lr\.x = 3: is not there: optimizer\.lr has no keys/],
    ['optimizer={"lrr": 3}', /^optimizer\.lrr = 3: is an unknown key; did you mean lr\?/],
    ['task.kind=modularaddition', /^task\.kind = "modularaddition": .*did you mean modularAddition\?/],
    ['optimizer.kind=lion', /^optimizer\.kind = "lion": must be one of adamW, adam, sgd, muon/],
    ['model.actFn=Relu', /did you mean relu\?/],
    ['model.seed=abc', /^model\.seed = "abc": must be an integer of at least 0/],
    ['optimizer.lr=-1', /must be a number above 0/],
    ['toString=1', /is an unknown key/],
    ['__proto__.x=1', /is an unknown key/],
    ['optimizer.lr', /^--where = "optimizer\.lr": must be path=value/],
  ])('are refused where no spec can meet them: %s', (condition, message) => {
    expect(refusal(condition)).toMatch(message);
  });

  it('are refused with every fault at once', () => {
    expect(refusal('optimizer.lrr=3', 'model.seed=0', 'modle.seed=1').split('\n')).toHaveLength(2);
  });

  it('admit the keys of every kind of task, and no others', () => {
    for (const path of ['task.p', 'task.digits', 'task.expression', 'task.n', 'optimizer.adamW.lr']) {
      expect(pathFault(path, builtIn), path).toBeUndefined();
    }
    expect(pathFault('task.q', builtIn)?.allowed).toContain('expression');
  });

  it('every path of a spec and its value are taken', () => {
    const leaves = (value: unknown, path: string): [string, unknown][] =>
      typeof value === 'object' && value !== null && !Array.isArray(value) && !path.endsWith('lrScale')
        ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`))
        : [[path, value]];
    const spec = specOf({
      task: { kind: 'digitAddition' },
      optimizer: {
        kind: 'muon',
        gradientFilter: {},
        clipNorm: 1,
        schedule: 'cosine',
        decayTensors: 'weights',
        frozen: ['embed.W_E'],
        lrScale: { 'unembed.W_U': 0.1 },
      },
      training: { stopWhen: { testLoss: 0.1 } },
    });
    for (const [path, value] of leaves(spec, '')) {
      expect(refusal(`${path}=${JSON.stringify(value)}`), path).toBe('taken');
      expect(has(spec, `${path}=${JSON.stringify(value)}`), path).toBe(true);
    }
  });
});

describe('a kind of task asked for', () => {
  it('is one that there is, or is refused with the nearest', () => {
    for (const kind of kindsOf(builtIn.tasks)) expect(decodeTaskKind(kind, builtIn)).toEqual(E.right(kind));
    const refused = decodeTaskKind('modularaddition', builtIn);
    expect(E.isLeft(refused) && formatSpecErrors([refused.left])).toMatch(
      /^--task = "modularaddition": must be one of .*did you mean modularAddition\?$/,
    );
  });
});
