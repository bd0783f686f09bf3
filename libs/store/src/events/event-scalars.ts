import type { Note, Scalar } from '@grokscope/formats';
import type { MeasureInfo, RunEvent } from '@grokscope/schema';
import { knownMeasures, scalarInfo } from '@grokscope/schema';
import { fieldsOf } from './event-fields.js';
import { measuredRows } from './event-table.js';
import { measureColumns } from './measure-columns.js';

/**
 * A run's measurements as TensorBoard scalars, in order of steps; everything that is not a number becomes a note: sets
 * such as key frequencies (their count is a scalar), phases, commands. Null values are left out.
 */
export function eventScalars(
  events: readonly RunEvent[],
  measures: readonly MeasureInfo[],
): (Scalar | Note)[] {
  const { isSetColumn } = measureColumns(knownMeasures(events, measures));
  const measured = measuredRows(events, measures).flatMap(({ step, time, values }) => {
    const at = { step, wallTime: Date.parse(time) / 1000 };
    return [...values].flatMap(([name, value]) =>
      pointsOf(name, value, isSetColumn(name)).map((point) => ({ ...at, ...point })),
    );
  });
  const told = events.flatMap((event) => {
    if (event.type !== 'phase' && event.type !== 'command' && event.type !== 'fall') return [];
    const at = { step: event.step, wallTime: Date.parse(event.time) / 1000 };
    return [{ tag: `run/${event.type}`, ...at, text: wordsOf(event) }];
  });
  return [...measured, ...told];
}

type Point = Omit<Scalar, 'step' | 'wallTime'> | Omit<Note, 'step' | 'wallTime'>;

function pointsOf(name: string, value: number | string | boolean | null, isSet: boolean): Point[] {
  if (value === null) return [];
  const tag =
    scalarInfo(name)?.tag ??
    (name.startsWith('testLossByToken.') ? name.replace('.', '/') : `progress/${name}`);
  if (typeof value === 'number') return [{ tag, value }];
  if (!isSet) return [];
  const count = value === '' ? 0 : String(value).split(' ').length;
  return [
    { tag: `${tag}.count`, value: count },
    { tag, text: String(value) },
  ];
}

/** `circuitFormation: testLoss 3.1` · `set: path optimizer.lr, value 0.01` */
function wordsOf(event: Extract<RunEvent, { type: 'phase' | 'command' | 'fall' }>): string {
  const { [event.type]: what = 'fell back', ...facts } = Object.fromEntries(fieldsOf(event));
  const words = Object.entries(facts).map(([name, value]) => `${name.replace('evidence.', '')} ${value}`);
  return `${what}${words.length === 0 ? '' : `: ${words.join(', ')}`}`;
}
