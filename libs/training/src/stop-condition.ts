import type { TrainingSpec } from '@grokscope/schema';
import type { Measurement } from './metrics.js';

/** Whether everything `training.stopWhen` names holds; false without it. A value that is not a number meets nothing. */
export function meetsStopCondition(stopWhen: TrainingSpec['stopWhen'], measured: Measurement): boolean {
  if (stopWhen === undefined) return false;
  const { testAccuracy, testLoss, trainLoss } = stopWhen;
  return (
    (testAccuracy === undefined || measured.testAccuracy >= testAccuracy) &&
    (testLoss === undefined || measured.testLoss < testLoss) &&
    (trainLoss === undefined || measured.trainLoss < trainLoss)
  );
}
