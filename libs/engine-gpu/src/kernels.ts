import type { ComputedOp } from '@grokscope/graph';
import * as attention from './kernels/attention.js';
import * as crossEntropy from './kernels/cross-entropy.js';
import * as elementwise from './kernels/elementwise.js';
import * as gather from './kernels/gather.js';
import * as gelu from './kernels/gelu.js';
import * as headMatmul from './kernels/head-matmul.js';
import { matmul } from './kernels/matmul.js';
import * as normalizeRows from './kernels/normalize-rows.js';
import * as reductions from './kernels/reductions.js';
import * as relu from './kernels/relu.js';
import { reshape } from './kernels/reshape.js';
import * as rmsNormalizeRows from './kernels/rms-normalize-rows.js';
import * as rows from './kernels/rows.js';
import * as stableMax from './kernels/stable-max.js';
import * as tableMix from './kernels/table-mix.js';
import * as tableScores from './kernels/table-scores.js';
import * as tanh from './kernels/tanh.js';
import * as updates from './kernels/updates.js';
import type { Kernel } from './stages/stage.js';

/** One kernel for every op that is computed: a list that lacks one does not compile. */
export type Kernels = { readonly [O in ComputedOp]: Kernel<O> };

/** The kernels; the files match those of `graph/src/ops` by name. */
export const kernels: Kernels = {
  ...elementwise,
  ...relu,
  ...gelu,
  ...tanh,
  ...normalizeRows,
  ...rmsNormalizeRows,
  ...rows,
  ...gather,
  matmul,
  reshape,
  ...attention,
  ...headMatmul,
  ...tableMix,
  ...tableScores,
  ...crossEntropy,
  ...stableMax,
  ...reductions,
  ...updates,
};
