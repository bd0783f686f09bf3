import type { Column, Table } from '@grokscope/formats';
import type { FallEvent, FinalKeys, MeasureInfo, RunEvent } from '@grokscope/schema';
import { finalKeysAfter, keysOf, knownMeasures, metricNames } from '@grokscope/schema';
import type { FieldValue } from './event-fields.js';
import { fieldsOf } from './event-fields.js';
import { measureColumns } from './measure-columns.js';

/** The measurements of a run, one row for each step, and the events that happened to it, one row for each. */
export interface RunTables {
  readonly metrics: Table;
  readonly phases: Table;
  readonly commands: Table;
}

/* These columns exist whatever was measured: all numbers of `metrics`. */
const PHASES = ['phase', 'revised'];
const COMMANDS = ['command', 'path', 'value', 'n'];
/** The measurements of one step, under the names of the table's columns. */
export interface MeasuredRow {
  readonly step: number;
  readonly time: string;
  readonly values: ReadonlyMap<string, FieldValue>;
}

/** Every table of a run; `measures` are the known measures besides those that the run describes itself. */
export function runTables(events: readonly RunEvent[], measures: readonly MeasureInfo[]): RunTables {
  return {
    metrics: eventTable(events, measures),
    phases: phaseTable(events),
    commands: commandTable(events),
  };
}

/**
 * The measurements of a run as a table, one row for each measured step, in order: `step`, `time` (ISO), the metrics,
 * and the progress measures under their paths, `restrictedLoss.test`. `columnNotes` describes each column.
 */
export function eventTable(events: readonly RunEvent[], measures: readonly MeasureInfo[]): Table {
  return tableOf(measuredRows(events, measures), metricNames);
}

/**
 * The phases of a run as they were told, a row for each: `step`, `time`, `phase`, `revised`, `evidence.…`; and among them
 * where the run fell back, as the phase `fall`.
 */
export function phaseTable(events: readonly RunEvent[]): Table {
  const rows = events.flatMap((event) => {
    if (event.type === 'phase') return [rowOf({ ...event, revised: event.revised ?? false })];
    return event.type === 'fall' ? [fallRow(event)] : [];
  });
  return tableOf(rows, PHASES);
}

function fallRow({ step, time, learnedAt, testAccuracy }: FallEvent): MeasuredRow {
  const values = { phase: 'fall', revised: false, 'evidence.learnedAt': learnedAt };
  return {
    step,
    time,
    values: new Map(Object.entries({ ...values, 'evidence.testAccuracy': testAccuracy })),
  };
}

/** What a run was told, a row for each command: the `step` at which it took effect, `time`, `command`, `path`, `value`, `n`. */
export function commandTable(events: readonly RunEvent[]): Table {
  return tableOf(
    events.flatMap((event) => (event.type === 'command' ? [rowOf(event)] : [])),
    COMMANDS,
  );
}

const rowOf = (event: RunEvent & { readonly step: number }): MeasuredRow => ({
  step: event.step,
  time: event.time,
  values: fieldsOf(event),
});

/** Metrics and progress measures of each step together, in order of steps; columns are named as the measures define. */
export function measuredRows(
  events: readonly RunEvent[],
  measures: readonly MeasureInfo[],
): readonly MeasuredRow[] {
  const { columnOf, isSet } = measureColumns(knownMeasures(events, measures));
  const rows = new Map<number, { step: number; time: string; values: Map<string, FieldValue> }>();
  const final = finalKeys(events);
  for (const event of events) {
    if (event.type !== 'metrics' && event.type !== 'progress') continue;
    if (event.type === 'progress' && event.keys === 'final' && keysOf(event) !== final) continue;
    const row = rows.get(event.step) ?? { step: event.step, time: event.time, values: new Map() };
    rows.set(event.step, row);
    for (const [path, value] of fieldsOf(event, isSet)) {
      // Already contained in its columns.
      if (path === 'keys') continue;
      row.values.set(event.type === 'metrics' ? path : columnOf(path, event.keys), value);
    }
  }
  return [...rows.values()].sort((a, b) => a.step - b.step);
}

/** The valid final keys; null if there are none. */
const finalKeys = (events: readonly RunEvent[]): string | null =>
  events.reduce<FinalKeys>(finalKeysAfter, { last: null, hold: null }).hold;

/** Rows as columns: `step`, `time`, those of `first`, then all others in order of appearance. */
function tableOf(rows: readonly MeasuredRow[], first: readonly string[]): Table {
  const names = new Set([...first, ...rows.flatMap(({ values }) => [...values.keys()])]);
  return [
    { name: 'step', type: 'integer', values: rows.map(({ step }) => step) },
    { name: 'time', type: 'text', values: rows.map(({ time }) => time) },
    ...[...names].map((name) =>
      columnOf(
        name,
        rows.map(({ values }) => values.get(name) ?? null),
      ),
    ),
  ];
}

/** The type of text columns, which may have no row to infer it from. */
const TEXTS = new Set(['phase', 'command', 'path']);

function columnOf(name: string, values: readonly FieldValue[]): Column {
  const kinds = new Set(values.flatMap((value) => (value === null ? [] : [typeof value])));
  if (kinds.size > 1 || kinds.has('string') || TEXTS.has(name)) {
    return { name, type: 'text', values: values.map((value) => (value === null ? null : String(value))) };
  }
  return { name, type: kinds.has('boolean') || name === 'revised' ? 'boolean' : 'number', values };
}
