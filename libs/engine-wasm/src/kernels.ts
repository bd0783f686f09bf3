import type { InstructionOp, Kernel } from './kernel.js';
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
import * as rmsNormalizeRows from './kernels/rms-normalize-rows.js';
import * as rows from './kernels/rows.js';
import * as stableMax from './kernels/stable-max.js';
import { tableMix, tableMixTable, tableMixWeights } from './kernels/table-mix.js';
import * as tableScores from './kernels/table-scores.js';
import * as tanh from './kernels/tanh.js';
import * as updates from './kernels/updates.js';

/** One kernel for every op that has an instruction: a list that lacks one does not compile. */
export type Kernels = { readonly [O in InstructionOp]: Kernel<O> };

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
  ...attention,
  ...headMatmul,
  ...{ tableMix, tableMixWeights, tableMixTable },
  ...tableScores,
  ...crossEntropy,
  ...stableMax,
  ...reductions,
  ...updates,
};
