import * as attention from './attention.js';
import * as loss from './cross-entropy.js';
import * as elementwise from './elementwise.js';
import * as rows from './gather.js';
import * as gelu from './gelu.js';
import * as heads from './head-matmul.js';
import { leafRecords, type persistentRecords } from './leaves.js';
import { matmulOp } from './matmul.js';
import * as normalize from './normalize-rows.js';
import type { AttributesOf } from './op.js';
import * as reductions from './reductions.js';
import * as relu from './relu.js';
import { reshapeOp } from './reshape.js';
import * as rmsNormalize from './rms-normalize-rows.js';
import * as rowVectors from './rows.js';
import * as stableMax from './stable-max.js';
import * as tables from './table-mix.js';
import * as scores from './table-scores.js';
import * as tanh from './tanh.js';
import * as updates from './updates.js';

/**
 * Every op by its name. To add one, write its record and its function in a file beside this one, and add a line here
 * and a line in `ops.ts`. An engine does not compile until its list of kernels (`ComputedOp`) includes it.
 */
export const opRecords = {
  ...leafRecords,

  add: elementwise.addOp,
  scale: elementwise.scaleOp,
  multiply: elementwise.multiplyOp,
  divide: elementwise.divideOp,
  squareRoot: elementwise.squareRootOp,
  multiplyScalar: elementwise.multiplyScalarOp,
  relu: relu.reluOp,
  reluGradient: relu.reluGradientOp,
  gelu: gelu.geluOp,
  geluGradient: gelu.geluGradientOp,
  tanh: tanh.tanhOp,
  tanhGradient: tanh.tanhGradientOp,
  normalizeRows: normalize.normalizeRowsOp,
  normalizeRowsGradient: normalize.normalizeRowsGradientOp,
  rmsNormalizeRows: rmsNormalize.rmsNormalizeRowsOp,
  rmsNormalizeRowsGradient: rmsNormalize.rmsNormalizeRowsGradientOp,
  multiplyRow: rowVectors.multiplyRowOp,
  addRow: rowVectors.addRowOp,
  sumRows: rowVectors.sumRowsOp,
  gather: rows.gatherOp,
  scatterAdd: rows.scatterAddOp,
  rowsWithin: rows.rowsWithinOp,
  matmul: matmulOp,
  reshape: reshapeOp,

  attentionScores: attention.attentionScoresOp,
  attentionSoftmax: attention.attentionSoftmaxOp,
  attentionSoftmaxGradient: attention.attentionSoftmaxGradientOp,
  attentionValues: attention.attentionValuesOp,
  attentionValuesTransposed: attention.attentionValuesTransposedOp,
  headMatmul: heads.headMatmulOp,
  headMatmulWeights: heads.headMatmulWeightsOp,
  tableMix: tables.tableMixOp,
  tableMixWeights: tables.tableMixWeightsOp,
  tableMixTable: tables.tableMixTableOp,
  gatherScores: scores.gatherScoresOp,
  scatterScores: scores.scatterScoresOp,

  crossEntropy: loss.crossEntropyOp,
  crossEntropyGradient: loss.crossEntropyGradientOp,
  isCorrect: loss.isCorrectOp,
  stableMaxCrossEntropy: stableMax.stableMaxCrossEntropyOp,
  stableMaxCrossEntropyGradient: stableMax.stableMaxCrossEntropyGradientOp,
  mean: reductions.meanOp,
  fill: reductions.fillOp,
  sumSquares: reductions.sumSquaresOp,

  adamW: updates.adamWOp,
  assign: updates.assignOp,
} as const;

/** The name of an op. */
export type Op = keyof typeof opRecords;
/** An op whose value exists before the run. */
export type LeafOp = keyof typeof leafRecords;
/** A leaf that is kept between runs, by name. */
export type PersistentOp = keyof typeof persistentRecords;
/** An op that an engine computes: every engine has one kernel for each. */
export type ComputedOp = Exclude<Op, LeafOp>;
/** The attributes of every op, by its name. */
export type OpAttributes = { [O in Op]: AttributesOf<(typeof opRecords)[O]> };
