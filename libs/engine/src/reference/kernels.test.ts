import { isLeaf, opNames } from '@grokscope/graph';
import { expect, it } from 'vitest';
import { kernels, type Kernels } from './kernels.js';

it('an op without a float64 kernel does not compile', () => {
  const { gelu, ...others } = kernels;
  // @ts-expect-error -- a list without gelu is not one of all kernels
  const incomplete: Kernels = others;
  expect(Object.keys({ ...incomplete, gelu }).sort()).toEqual(Object.keys(kernels).sort());
});

it('the float64 engine has a kernel for each op but the leaves, and nothing else', () =>
  expect(Object.keys(kernels).sort()).toEqual(opNames.filter((op) => !isLeaf(op)).sort()));
