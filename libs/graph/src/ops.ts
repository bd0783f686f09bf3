/* One function for each op, so that models read like formulas; its docstring gives the op's meaning. */

export {
  attentionValues,
  attentionValuesTransposed,
  attentionScores,
  attentionSoftmax,
  attentionSoftmaxGradient,
} from './ops/attention.js';
export { crossEntropy, crossEntropyGradient, isCorrect } from './ops/cross-entropy.js';
export { add, divide, multiply, multiplyScalar, scale, squareRoot } from './ops/elementwise.js';
export { gather, rowsWithin, scatterAdd } from './ops/gather.js';
export { gelu, geluGradient } from './ops/gelu.js';
export { headMatmul, headMatmulWeights } from './ops/head-matmul.js';
export { matmul } from './ops/matmul.js';
export { normalizeRows, normalizeRowsGradient } from './ops/normalize-rows.js';
export { fill, mean, sumSquares } from './ops/reductions.js';
export { relu, reluGradient } from './ops/relu.js';
export { reshape } from './ops/reshape.js';
export { rmsNormalizeRows, rmsNormalizeRowsGradient } from './ops/rms-normalize-rows.js';
export { addRow, multiplyRow, sumRows } from './ops/rows.js';
export { stableMaxCrossEntropy, stableMaxCrossEntropyGradient } from './ops/stable-max.js';
export { tableMix, tableMixTable, tableMixWeights } from './ops/table-mix.js';
export { gatherScores, scatterScores } from './ops/table-scores.js';
export { tanh, tanhGradient } from './ops/tanh.js';
export { adamW, assign } from './ops/updates.js';
