import type { AttentionSizes } from '@grokscope/graph';

/** The sizes with which the kernels that mix rows of a table compute their positions; d: width of one head. */
export const mixConstants = ({ nHeads, nQueries, nKeys }: AttentionSizes, d: number) => ({
  nHeads,
  nQueries,
  nKeys,
  d,
  tableWidth: nHeads * d,
  weightsWidth: nHeads * nKeys,
});
