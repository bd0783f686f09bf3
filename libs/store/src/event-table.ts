import type { Column, Scalar, Table } from '@grokscope/formats';
import type { RunEvent } from '@grokscope/schema';

/** Curves as TensorBoard shows them: two that belong together share a panel. */
const TAGS: Readonly<Record<string, string>> = {
  trainLoss: 'loss/train',
  testLoss: 'loss/test',
  trainAccuracy: 'accuracy/train',
  testAccuracy: 'accuracy/test',
  sumSquaredWeights: 'weights/sumSquared',
  stepsPerSecond: 'speed/stepsPerSecond',
};
const METRICS = Object.keys(TAGS);
/** Of an event these say what it is, not what was measured. */
const IDENTITY = new Set(['type', 'runId', 'seq', 'time', 'step']);

interface Row {
  readonly step: number;
  readonly time: string;
  readonly values: ReadonlyMap<string, number | null>;
}

/**
 * The numbers of a run as a table, a row for each step that was measured: `step`, `time` (ISO), the metrics, and the
 * single numbers of its progress measures under their paths, `restrictedLoss.test`. Lists are left out.
 */
export function eventTable(events: readonly RunEvent[]): Table {
  const rows = rowsOf(events);
  const measures = new Set(rows.flatMap(({ values }) => [...values.keys()]));
  const names = [...METRICS, ...[...measures].filter((name) => !METRICS.includes(name))];
  const numbers = names.map((name): Column => ({
    name,
    type: 'number',
    values: rows.map(({ values }) => values.get(name) ?? null),
  }));
  return [
    { name: 'step', type: 'integer', values: rows.map(({ step }) => step) },
    { name: 'time', type: 'text', values: rows.map(({ time }) => time) },
    ...numbers,
  ];
}

/** The same numbers as TensorBoard scalars, in order of steps; what is null is left out. */
export function eventScalars(events: readonly RunEvent[]): Scalar[] {
  return rowsOf(events).flatMap(({ step, time, values }) => {
    const wallTime = Date.parse(time) / 1000;
    return [...values].flatMap(([name, value]) =>
      value === null ? [] : [{ tag: TAGS[name] ?? `progress/${name}`, step, wallTime, value }],
    );
  });
}

function rowsOf(events: readonly RunEvent[]): Row[] {
  const rows = new Map<number, { step: number; time: string; values: Map<string, number | null> }>();
  for (const event of events) {
    if (event.type !== 'metrics' && event.type !== 'progress') continue;
    const row = rows.get(event.step) ?? { step: event.step, time: event.time, values: new Map() };
    rows.set(event.step, row);
    for (const [name, value] of Object.entries(event)) {
      if (!IDENTITY.has(name)) addNumbers(row.values, name, value);
    }
  }
  return [...rows.values()].sort((a, b) => a.step - b.step);
}

function addNumbers(values: Map<string, number | null>, path: string, value: unknown): void {
  if (typeof value === 'number' || value === null) values.set(path, value);
  else if (typeof value === 'object' && !Array.isArray(value)) {
    for (const [name, part] of Object.entries(value)) addNumbers(values, `${path}.${name}`, part);
  }
}
