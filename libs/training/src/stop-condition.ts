import type { TrainingSpec } from '@grokscope/schema';
import type { Measurement } from './metrics.js';

/**
 * Whether all conditions of `training.stopWhen` hold; false without it. A value that is not a number meets no
 * condition.
 */
export function meetsStopCondition(stopWhen: TrainingSpec['stopWhen'], measured: Measurement): boolean {
  if (stopWhen === undefined) return false;
  const { testAccuracy, testLoss, trainLoss } = stopWhen;
  return (
    (testAccuracy === undefined || measured.testAccuracy >= testAccuracy) &&
    (testLoss === undefined || measured.testLoss < testLoss) &&
    (trainLoss === undefined || measured.trainLoss < trainLoss)
  );
}
