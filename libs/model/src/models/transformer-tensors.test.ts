import { describe, expect, it } from 'vitest';
import { taskFor } from '../find-model.js';
import { initialWeights, parameters } from '../parameters.js';
import { toFileLayout, toGraphLayout } from '../weights/layout.js';
import type { TransformerSpec } from './transformer-spec.js';

const base: TransformerSpec = {
  nLayers: 1,
  dModel: 6,
  nHeads: 3,
  dHead: 2,
  dMlp: 5,
  actFn: 'relu',
  normalization: 'none',
  initScale: 1,
  seed: 0,
};
const task = { dVocab: 7, dVocabOut: 6, nCtx: 4, operands: { count: 3, values: 5, answers: 5 } };

describe('the tensors of a transformer', () => {
  const names = (option: Partial<TransformerSpec>): string[] =>
    parameters({ ...base, ...option }, task).map(({ name }) => name);
  const mainline = names({});
  const change = (option: Partial<TransformerSpec>): { more: string[]; fewer: string[] } => {
    const mine = names(option);
    return {
      more: mine.filter((name) => !mainline.includes(name)),
      fewer: mainline.filter((name) => !mine.includes(name)),
    };
  };
  const b = (...of: string[]): string[] => of.map((name) => `blocks.0.${name}`);

  it.each<[Partial<TransformerSpec>, string[], string[]]>([
    [{ biases: 'none' }, [], b('mlp.b_in', 'mlp.b_out')],
    [{ biases: 'all' }, [...b('attn.b_Q', 'attn.b_K', 'attn.b_V', 'attn.b_O'), 'unembed.b_U'], []],
    [{ positions: 'rotary' }, [], ['pos_embed.W_pos']],
    [{ positions: 'sinusoidal' }, [], ['pos_embed.W_pos']],
    [{ positions: 'none' }, [], ['pos_embed.W_pos']],
    [{ normalization: 'rmsNorm' }, [...b('ln1.w', 'ln2.w'), 'ln_final.w'], []],
    [{ normalization: 'rmsNorm', normPosition: 'post' }, b('ln1.w', 'ln2.w'), []],
    [{ tiedEmbeddings: true }, [], ['unembed.W_U']],
    [{ outputs: 'classes' }, [], []],
  ])('of %j', (option, more, fewer) => {
    expect(change(option)).toEqual({ more, fewer });
  });

  it('have a bias of each head as TransformerLens has it, in the order of the graph', () => {
    const model: TransformerSpec = { ...base, biases: 'all' };
    const b_Q = parameters(model, task).find(({ name }) => name === 'blocks.0.attn.b_Q')!;
    expect(b_Q.shape).toEqual([3, 2]);
    const values = Float32Array.of(1, 2, 3, 4, 5, 6);
    expect(toGraphLayout(b_Q, values)).toEqual(values);
    expect(toFileLayout(b_Q, values)).toEqual(values);
  });

  it('have a column of W_U and of b_U for each answer with outputs: classes', () => {
    const model: TransformerSpec = { ...base, outputs: 'classes', biases: 'all' };
    const shapes = new Map(parameters(model, taskFor(model, task)).map(({ name, shape }) => [name, shape]));
    expect([shapes.get('unembed.W_U'), shapes.get('unembed.b_U')]).toEqual([[6, 5], [5]]);
    expect(taskFor(base, task)).toBe(task);
  });

  it('start at weight 1 with rmsNorm and at 0 where they are biases', () => {
    const model: TransformerSpec = { ...base, normalization: 'rmsNorm', biases: 'all' };
    for (const { name, data } of initialWeights(model, task))
      if (!name.includes('W_')) expect([...new Set(data)], name).toEqual([name.endsWith('.w') ? 1 : 0]);
  });
});
