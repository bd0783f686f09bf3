import { ops, type AttentionSizes, type Tensor } from '@grokscope/graph';
import type { Draw } from './conformance.js';
import { op } from './op-case.js';

// The attention ops on odd sizes: single queries and heads, and heads and keys that are not a multiple of a vector.

interface AttentionCase {
  readonly sizes: AttentionSizes;
  readonly b: number;
  readonly dHead: number;
}

const ATTENTION: readonly AttentionCase[] = [
  { sizes: { nHeads: 1, nQueries: 1, nKeys: 1 }, b: 1, dHead: 1 },
  { sizes: { nHeads: 4, nQueries: 1, nKeys: 3 }, b: 11, dHead: 32 },
  { sizes: { nHeads: 3, nQueries: 5, nKeys: 7 }, b: 3, dHead: 5 },
  { sizes: { nHeads: 2, nQueries: 9, nKeys: 9 }, b: 2, dHead: 12 },
];

export const attentionCases = ATTENTION.flatMap(({ sizes, b, dHead }) => {
  const { nHeads, nQueries, nKeys } = sizes;
  const label = `${b} examples, ${nHeads} heads of ${dHead}, ${nQueries} queries, ${nKeys} keys`;
  const weights = (d: Draw): Tensor => d.parameter('a', [b * nQueries, nHeads * nKeys]);
  const queries = (d: Draw): Tensor => d.parameter('q', [b * nQueries, nHeads * dHead]);
  const keys = (d: Draw): Tensor => d.parameter('k', [b * nKeys, nHeads * dHead]);
  return [
    op(`attentionScores, ${label}`, (d) =>
      ops.attentionScores(queries(d), keys(d), sizes, 1 / Math.sqrt(dHead)),
    ),
    op(`attentionValues, ${label}`, (d) => ops.attentionValues(weights(d), keys(d), sizes)),
    op(`attentionValuesTransposed, ${label}`, (d) =>
      ops.attentionValuesTransposed(weights(d), queries(d), sizes),
    ),
    op(`attentionSoftmax, ${label}`, (d) =>
      ops.attentionSoftmax(
        d.parameter('s', [b * nQueries, nHeads * nKeys], 9),
        d.index('last', b * nQueries, nKeys),
        nHeads,
      ),
    ),
    op(`attentionSoftmaxGradient, ${label}`, (d) =>
      ops.attentionSoftmaxGradient(weights(d), d.parameter('y', [b * nQueries, nHeads * nKeys]), nHeads),
    ),
  ];
});

const U = 13;

export const tableCases = ATTENTION.flatMap(({ sizes, b, dHead: d }) => {
  const { nHeads, nQueries, nKeys } = sizes;
  const label = `${b} examples, ${nHeads} heads, ${nQueries} queries, ${nKeys} keys, rows of ${d}`;
  const weights = (draw: Draw): Tensor => draw.parameter('a', [b * nQueries, nHeads * nKeys]);
  const table = (draw: Draw): Tensor => draw.parameter('table', [U, nHeads * d]);
  const dy = (draw: Draw): Tensor => draw.parameter('dy', [b * nQueries, d]);
  return [false, true].flatMap((known) => {
    const index = (draw: Draw, name: string, n: number): Tensor =>
      known ? draw.constantIndex(n, U) : draw.index(name, n, U);
    const keyIndex = (draw: Draw): Tensor => index(draw, 'k', b * nKeys);
    const queryIndex = (draw: Draw): Tensor => index(draw, 'q', b * nQueries);
    const suffix = `${label}, index ${known ? 'constant' : 'given at run time'}`;
    return [
      op(`tableMix, ${suffix}`, (dr) => ops.tableMix(weights(dr), table(dr), keyIndex(dr), sizes)),
      op(`tableMixWeights, ${suffix}`, (dr) => ops.tableMixWeights(dy(dr), table(dr), keyIndex(dr), sizes)),
      op(`tableMixTable, ${suffix}`, (dr) => ops.tableMixTable(weights(dr), dy(dr), keyIndex(dr), sizes, U)),
      op(`gatherScores, ${suffix}`, (dr) =>
        ops.gatherScores(dr.parameter('s', [U, nHeads * U]), queryIndex(dr), keyIndex(dr), sizes),
      ),
      op(`scatterScores, ${suffix}`, (dr) =>
        ops.scatterScores(weights(dr), queryIndex(dr), keyIndex(dr), sizes, U, U),
      ),
    ];
  });
});

const HEADS: readonly (readonly [u: number, h: number, k: number, d: number])[] = [
  [1, 1, 1, 1],
  [5, 3, 7, 9],
  [37, 4, 32, 114],
];

export const headProductCases = HEADS.flatMap(([u, h, k, d]) => {
  const label = `${u} rows, ${h} heads, ${k}×${d}`;
  const w = (draw: Draw): Tensor => draw.parameter('w', [h * k, d]);
  return [
    op(`headMatmul, ${label}`, (dr) => ops.headMatmul(dr.parameter('x', [u, h * k]), w(dr), h)),
    op(`headMatmul, ${label}, w transposed`, (dr) =>
      ops.headMatmul(dr.parameter('x', [u, h * d]), w(dr), h, true),
    ),
    op(`headMatmulWeights, ${label}`, (dr) =>
      ops.headMatmulWeights(dr.parameter('x', [u, h * k]), dr.parameter('y', [u, h * d]), h),
    ),
  ];
});
