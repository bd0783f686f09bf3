import type { MetricsEvent } from '@grokscope/schema';
import { decodeRunEvent, metricScalars, outlineColumns, runEventSchema } from '@grokscope/schema';
import { expect, it } from 'vitest';
import { columnNote } from './column-notes.js';
import { eventScalars } from './event-scalars.js';
import { eventTable } from './event-table.js';
import { OutlineBuilder } from './run-outline.js';
import { seriesMetrics } from './series-metrics.js';

const NAMES = [
  'trainLoss',
  'testLoss',
  'trainAccuracy',
  'testAccuracy',
  'sumSquaredWeights',
  'stepsPerSecond',
];

const event: MetricsEvent = {
  ...{ type: 'metrics', runId: 'a', seq: 0, time: '2026-01-01T00:00:00.000Z', step: 3 },
  ...{ trainLoss: 1, testLoss: 2, trainAccuracy: 0.25, testAccuracy: 0.5 },
  ...{ sumSquaredWeights: 7, stepsPerSecond: 9 },
};

it('the numbers of `metrics` are those that are described, in their order, wherever they are shown', () => {
  expect(metricScalars.map(({ name }) => name)).toEqual(NAMES);
  expect(seriesMetrics).toEqual(NAMES);
  expect(eventTable([event], []).map(({ name }) => name)).toEqual(['step', 'time', ...NAMES]);
  expect(eventScalars([event], []).map(({ tag }) => tag)).toEqual(metricScalars.map(({ tag }) => tag));
  const builder = new OutlineBuilder(4);
  builder.add({ seq: 0, line: Buffer.from(JSON.stringify(event)) });
  expect(Object.keys(builder.outline().metrics)).toEqual(['step', ...outlineColumns]);
  expect(outlineColumns).toEqual(NAMES.slice(0, 5));
  for (const { name, note } of metricScalars) expect(columnNote(name, [])).toBe(note);
});

it('an event that lacks one of them is refused by its name', () => {
  expect(JSON.stringify(runEventSchema())).toContain(JSON.stringify(NAMES).slice(1, -1));
  for (const name of NAMES) {
    const found = decodeRunEvent({ ...event, [name]: undefined });
    expect(found._tag === 'Left' && found.left[0]!.path).toBe(name);
  }
});
