import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { mergeInputs } from '@grokscope/schema';
import type { OptimizerSpec, SpecError } from '@grokscope/schema';
import { builtIn, decodeRunSpec } from './index.js';

const task = { kind: 'modularAddition', p: 13 };

function decoded(optimizer: unknown, model = {}): OptimizerSpec {
  const result = decodeRunSpec({ task, optimizer, model });
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left));
  return result.right.optimizer;
}

function errorsOf(optimizer: unknown, model = {}): readonly SpecError[] {
  const result = decodeRunSpec({ task, optimizer, model });
  if (E.isRight(result)) throw new Error('decoded, but should have been refused');
  return result.left;
}

describe('an optimizer', () => {
  it('keeps the keys of the mainline where the spec is silent, and has no others', () => {
    expect(Object.keys(decoded({}))).toEqual(['kind', 'lr', 'betas', 'eps', 'weightDecay', 'warmupSteps']);
    expect(decoded({ kind: 'adam', lr: 0.1 })).toMatchObject({ kind: 'adam', lr: 0.1, betas: [0.9, 0.98] });
  });

  it('has the momentum of its kind', () => {
    expect(decoded({ kind: 'sgd' }).momentum).toBe(0);
    expect(decoded({ kind: 'sgd', momentum: 0.9 }).momentum).toBe(0.9);
    expect(decoded({ kind: 'muon' }).momentum).toBe(0.95);
  });

  it('of kind muon says what AdamW does with the other tensors, filled in from its own keys', () => {
    expect(decoded({ kind: 'muon', lr: 0.02, weightDecay: 0.5, adamW: { lr: 0.003 } }).adamW).toEqual({
      lr: 0.003,
      betas: [0.9, 0.98],
      eps: 1e-8,
      weightDecay: 0.5,
    });
    expect(decoded({ kind: 'muon', lr: 0.02 }).adamW?.lr).toBe(0.001);
  });

  it('takes what grokking research varies', () => {
    const optimizer = {
      schedule: 'cosine',
      clipNorm: 1,
      decayTensors: ['embed.W_E', 'blocks.0.mlp.b_in'],
      gradientFilter: { kind: 'grokfastEma', alpha: 0.9, lambda: 5 },
      orthogonalGradient: true,
    };
    expect(decoded(optimizer)).toMatchObject(optimizer);
    expect(decoded({ gradientFilter: {} }).gradientFilter).toEqual({
      kind: 'grokfastEma',
      alpha: 0.98,
      lambda: 2,
    });
    expect(decoded({ decayTensors: 'weights' }).decayTensors).toBe('weights');
    const again = decoded(optimizer);
    expect(decoded(JSON.parse(JSON.stringify(again)))).toEqual(again);
  });

  it('is refused keys of other kinds and names of no tensor, all of them listed', () => {
    const errors = errorsOf({
      momentum: 0.9,
      adamW: { lr: 1 },
      decayTensors: ['embed.W_E', 'embed.W_e', 'blocks.1.mlp.W_in', 'blocks.0.ln1.w'],
    });
    expect(errors.map(({ path, value }) => [path, value])).toEqual([
      ['optimizer.momentum', 0.9],
      ['optimizer.adamW', { lr: 1 }],
      ['optimizer.decayTensors', 'embed.W_e'],
      ['optimizer.decayTensors', 'blocks.1.mlp.W_in'],
      ['optimizer.decayTensors', 'blocks.0.ln1.w'],
    ]);
    expect(errors[0]).toMatchObject({ allowed: 'a spec without it, or optimizer.kind sgd or muon' });
    expect(errors[2]!.message).toContain('did you mean embed.W_E?');
    expect(errors[3]!.allowed).toContain('blocks.0.mlp.W_in');
    expect(decoded({ decayTensors: ['blocks.0.ln1.w'] }, { normalization: 'layerNorm' })).toBeDefined();
  });

  it('leaves tensors out and slows others, by name; what says nothing is not written out', () => {
    const optimizer = { frozen: ['embed.W_E'], lrScale: { 'unembed.W_U': 0.1 } };
    expect(decoded(optimizer)).toMatchObject(optimizer);
    const silent = { frozen: [], lrScale: { 'unembed.W_U': 1 } };
    expect(JSON.stringify(decoded(silent))).toBe(JSON.stringify(decoded({})));
  });

  it('is refused names of no tensor, factors of frozen ones, and a model in which nothing learns', () => {
    const errors = errorsOf({
      frozen: ['embed.W_E', 'unembed.W_u'],
      lrScale: { 'embed.W_E': 0.5, 'blocks.0.attn.W_q': 2 },
    });
    expect(errors.map(({ path, value }) => [path, value])).toEqual([
      ['optimizer.frozen', 'unembed.W_u'],
      ['optimizer.lrScale', 'blocks.0.attn.W_q'],
      ['optimizer.lrScale', 'embed.W_E'],
    ]);
    expect(errors[0]!.message).toContain('did you mean unembed.W_U?');
    expect(errors[1]!.allowed).toContain('blocks.0.attn.W_Q');
    expect(errors[2]!.message).toBe('is frozen and has no learning rate');
    const mlp = { kind: 'mlp' };
    const all = ['embed.W_x', 'embed.W_y', 'mlp.W_in', 'unembed.W_U'];
    expect(errorsOf({ frozen: all }, mlp)[0]!.message).toBe('leaves no tensor that learns');
    expect(decoded({ frozen: all.slice(1) }, mlp).frozen).toEqual(all.slice(1));
  });

  it('names the tensors that a model has for each operand of its task', () => {
    const of = (z: string) => {
      const polynomial = { kind: 'modularPolynomial', p: 5, expression: `x + y${z}` };
      const optimizer = { frozen: ['embed.W_z'] };
      return decodeRunSpec({ task: polynomial, optimizer, model: { kind: 'mlp' } });
    };
    expect(of(' + z')).toMatchObject(E.right({ optimizer: { frozen: ['embed.W_z'] } }));
    expect(of('')).toMatchObject(E.left([{ path: 'optimizer.frozen', value: 'embed.W_z' }]));
  });

  it.each([
    [{ frozen: 'embed.W_E' }, 'optimizer.frozen'],
    [{ lrScale: { 'embed.W_E': 0 } }, 'optimizer.lrScale'],
    [{ lrScale: ['embed.W_E'] }, 'optimizer.lrScale'],
    [{ kind: 'lion' }, 'optimizer.kind'],
    [{ kind: 'sgd', momentum: 1 }, 'optimizer.momentum'],
    [{ kind: 'sgd', momentum: null }, 'optimizer.momentum'],
    [{ kind: 'muon', adamW: 3 }, 'optimizer.adamW'],
    [{ kind: 'muon', betas: [0, 1] }, 'optimizer.betas'],
    [{ kind: 'lion', momentum: 0.9 }, 'optimizer.kind'],
    [{ kind: 'muon', adamW: { lr: 0 } }, 'optimizer.adamW.lr'],
    [{ kind: 'muon', adamW: { momentum: 0 } }, 'optimizer.adamW.momentum'],
    [{ schedule: 'linear' }, 'optimizer.schedule'],
    [{ clipNorm: 0 }, 'optimizer.clipNorm'],
    [{ decayTensors: 'none' }, 'optimizer.decayTensors'],
    [{ decayTensors: [1] }, 'optimizer.decayTensors'],
    [{ gradientFilter: { alpha: 1 } }, 'optimizer.gradientFilter.alpha'],
    [{ gradientFilter: true }, 'optimizer.gradientFilter'],
    [{ orthogonalGradient: 'yes' }, 'optimizer.orthogonalGradient'],
  ])('%j is refused at its place', (optimizer, path) => {
    expect(errorsOf(optimizer).map((error) => error.path)).toEqual([path]);
  });

  it('of another kind laid over a spec drops what only the former kind has', () => {
    const base = { task, optimizer: { kind: 'muon', lr: 0.02, momentum: 0.9, adamW: { lr: 0.1 } } };
    const merged = mergeInputs(base, { optimizer: { kind: 'adamW' } }, builtIn) as {
      optimizer: unknown;
    };
    expect(merged.optimizer).toEqual({ kind: 'adamW', lr: 0.02 });
    const sgd = mergeInputs(base, { optimizer: { kind: 'sgd' } }, builtIn) as { optimizer: unknown };
    expect(sgd.optimizer).toEqual({ kind: 'sgd', lr: 0.02, momentum: 0.9 });
  });
});
