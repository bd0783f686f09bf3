import type { MetricsEvent, OutlineColumn, RunEvent, RunOutline } from '@grokscope/schema';
import { LEARNT_ACCURACY, extremeColumns, forEachName, outlineColumns } from '@grokscope/schema';
import type { StoredLine } from './event-lines.js';
import { parseEventLine } from './event-lines.js';

/** The outline of a run's past, for any run. */
export type Outline = Omit<RunOutline, 'runId'>;

type Row = Pick<MetricsEvent, 'step' | OutlineColumn>;

/**
 * From a stretch of rows: the first, the smallest and the largest of each number, and the first where a value is
 * missing.
 */
function telling(rows: readonly Row[]): readonly Row[] {
  const kept = new Set<Row>(rows.slice(0, 1));
  for (const name of extremeColumns) {
    let [least, most, missing]: (Row | undefined)[] = [];
    for (const row of rows) {
      const value = row[name];
      if (value === null) missing ??= row;
      else {
        if (least === undefined || value < least[name]!) least = row;
        if (most === undefined || value > most[name]!) most = row;
      }
    }
    for (const row of [least, most, missing]) if (row !== undefined) kept.add(row);
  }
  return rows.filter((row) => kept.has(row));
}

/** At most about `most` of any number of items, evenly spread. */
class Spread<T> {
  #kept: T[] = [];
  #every = 1;
  #seen = 0;
  #last: T | undefined;

  constructor(readonly most: number) {}

  add(one: T): void {
    if (this.#seen % this.#every === 0) this.#kept.push(one);
    this.#seen += 1;
    this.#last = one;
    if (this.#kept.length < 2 * this.most) return;
    this.#kept = this.#kept.filter((_, i) => i % 2 === 0);
    this.#every *= 2;
  }

  /** The items kept, the last one among them. */
  all(): T[] {
    const last = this.#last;
    return last === undefined || this.#kept.at(-1) === last ? this.#kept : [...this.#kept, last];
  }
}

/**
 * Makes an outline from a run's lines in one pass, in memory bounded by `stretches` whatever the length of the run.
 * Besides the extremes it keeps the first measurements at which training and test pairs count as learnt, and the one of
 * each checkpoint, so that values shown for a saved step were measured there.
 */
export class OutlineBuilder {
  #seq = -1;
  #measured = 0;
  #size = 1;
  #open: Row[] = [];
  #closed: (readonly Row[])[] = [];
  readonly #pinned = new Map<number, Row>();
  #newest: MetricsEvent | null = null;
  #hasLearnt = { trainAccuracy: false, testAccuracy: false };
  readonly #facts: RunEvent[] = [];
  readonly #progress: { readonly current: Spread<RunEvent>; readonly final: Spread<RunEvent> };

  constructor(readonly stretches: number) {
    this.#progress = { current: new Spread(stretches), final: new Spread(stretches) };
  }

  /** Takes the next line. Throws `MalformedLine` if it is not the event that is due. */
  add(line: StoredLine): void {
    const event = parseEventLine(line);
    this.#seq = line.seq;
    if (event.type === 'metrics') this.#measure(event);
    else if (event.type === 'progress')
      this.#progress[event.keys === 'final' ? 'final' : 'current'].add(event);
    else {
      this.#facts.push(event);
      if (event.type === 'checkpoint' && this.#newest?.step === event.step) this.#pin(this.#newest);
    }
  }

  outline(): Outline {
    const stretches = [...this.#closed, telling(this.#open)].flat();
    const byStep = new Map([...stretches, ...this.#pinned.values()].map((row) => [row.step, row]));
    if (this.#newest !== null) byStep.set(this.#newest.step, this.#newest);
    const rows = [...byStep.values()].sort((a, b) => a.step - b.step);
    const facts = [...this.#facts, ...this.#progress.current.all(), ...this.#progress.final.all()];
    return {
      seq: this.#seq,
      measured: this.#measured,
      metrics: {
        step: rows.map(({ step }) => step),
        ...forEachName(outlineColumns, (name) => rows.map((row) => row[name])),
      },
      newest: this.#newest,
      events: facts.sort((a, b) => a.seq - b.seq),
    };
  }

  #measure(event: MetricsEvent): void {
    this.#measured += 1;
    this.#newest = event;
    for (const name of ['trainAccuracy', 'testAccuracy'] as const) {
      if (this.#hasLearnt[name] || !((event[name] ?? 0) >= LEARNT_ACCURACY)) continue;
      this.#hasLearnt[name] = true;
      this.#pin(event);
    }
    this.#open.push(rowOf(event));
    if (this.#open.length < this.#size) return;
    this.#closed.push(telling(this.#open));
    this.#open = [];
    if (this.#closed.length < 2 * this.stretches) return;
    this.#closed = this.#closed.flatMap((stretch, i) =>
      i % 2 === 0 ? [telling([...stretch, ...(this.#closed[i + 1] ?? [])])] : [],
    );
    this.#size *= 2;
  }

  #pin(event: MetricsEvent): void {
    this.#pinned.set(event.step, rowOf(event));
  }
}

const rowOf = (event: MetricsEvent): Row => ({
  step: event.step,
  ...forEachName(outlineColumns, (name) => event[name]),
});
