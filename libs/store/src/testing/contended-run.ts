import type { RunEvent } from '@grokscope/schema';

/** The run that contenders resume and describe. */
export const CONTENDED_RUN = 'contended-1';

/** An event that says, as its loss, which process stored it. */
export const contendedEvent = (seq: number, pid: number): RunEvent => ({
  ...{ type: 'metrics', runId: CONTENDED_RUN, seq, time: new Date().toISOString() },
  ...{ step: seq, trainLoss: pid, testLoss: null, trainAccuracy: 0, testAccuracy: null },
  ...{ sumSquaredWeights: 1, stepsPerSecond: 1 },
});
