import type { AttentionSizes } from '@grokscope/graph';

/** The sizes by which the kernels of a mixing out of a table find their places; d: width of one head. */
export const mixConstants = ({ nHeads, nQueries, nKeys }: AttentionSizes, d: number) => ({
  nHeads,
  nQueries,
  nKeys,
  d,
  tableWidth: nHeads * d,
  weightsWidth: nHeads * nKeys,
});
