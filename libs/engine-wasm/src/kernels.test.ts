import { isLeaf, opNames } from '@grokscope/graph';
import { expect, it } from 'vitest';
import { kernels, type Kernels } from './kernels.js';

it('an op without an instruction does not compile', () => {
  const { gelu, ...others } = kernels;
  // @ts-expect-error -- a list without gelu is not one of all kernels
  const incomplete: Kernels = others;
  expect(Object.keys({ ...incomplete, gelu }).sort()).toEqual(Object.keys(kernels).sort());
});

it('each op but leaves and reshape has an instruction, and nothing else', () => {
  const computed = opNames.filter((op) => !isLeaf(op) && op !== 'reshape');
  expect(Object.keys(kernels).sort()).toEqual(computed.sort());
});
