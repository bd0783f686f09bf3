import { expect, it } from 'vitest';
import { pastOf } from './past.js';
import { initialRunView, reduceFacts } from './run-state.js';
import { asFacts, checkpoint, ended, metrics, progress, started } from '../testing/events.js';

const columns = {
  step: [0, 10],
  trainLoss: [4.7, null],
  testLoss: [4.8, 5],
  trainAccuracy: [0.01, 0.4],
  testAccuracy: [0.01, 0.02],
  sumSquaredWeights: [1700, 1800],
};
const newest = metrics(20, { trainAccuracy: 1, testAccuracy: 0.03, stepsPerSecond: 12 });
const facts = [started(), progress(5), checkpoint(10), ended('completed', 20)];
const answer = { runId: 'run-a', seq: 9, measured: 300, metrics: columns, newest, events: facts };

it('a past in little tells a run as its events do', () => {
  const past = pastOf('run-a', answer);
  expect(past?.seq).toBe(9);
  const view = reduceFacts(initialRunView, [{ kind: 'past', ...past! }]);
  const rows = [metrics(0, { trainLoss: 4.7, testLoss: 4.8, trainAccuracy: 0.01, testAccuracy: 0.01 })];
  const other = metrics(10, {
    trainLoss: null,
    testLoss: 5,
    trainAccuracy: 0.4,
    testAccuracy: 0.02,
    sumSquaredWeights: 1800,
  });
  const told = reduceFacts(initialRunView, asFacts([...facts, ...rows, other, newest]));
  expect(view).toEqual(told);
  expect(view.latest?.stepsPerSecond).toBe(12);
  // No loss, no accuracy.
  expect(view.series.trainAccuracy).toEqual([0.01, null, 1]);
});

it('leaves out what it cannot read, and takes nothing that is no past', () => {
  const strange = { ...started(), type: 'eclipse' };
  expect(pastOf('run-a', { ...answer, events: [strange, 3, ...facts], newest: null })?.events).toHaveLength(
    6,
  );
  for (const body of [null, [], {}, { ...answer, seq: 'x' }, { ...answer, metrics: { step: [0] } }])
    expect(pastOf('run-a', body)).toBeNull();
  const uneven = { ...columns, testLoss: [1] };
  expect(pastOf('run-a', { ...answer, metrics: uneven })).toBeNull();
});
