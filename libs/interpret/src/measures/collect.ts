import { measureFaults } from '@grokscope/schema';
import { builtInMeasures } from './index.js';
import type { Look, Measure, Subject } from './measure.js';

/** What a progress event holds beside measures. */
const RESERVED = new Set(['type', 'runId', 'seq', 'time', 'step', 'precision', 'keys', 'measures']);

/**
 * The built-in measures and after them one's own. Throws `TypeError` for a name that is taken or no name, and for a
 * description that events cannot hold.
 */
export function allMeasures(own: readonly Measure[] = []): readonly Measure[] {
  const names = new Set(builtInMeasures.map(({ name }) => name));
  for (const measure of own) {
    const { name } = measure;
    if (!/^[A-Za-z]\w{0,59}$/.test(name))
      throw new TypeError(
        `a measure is named "${name}"; allowed are up to 60 letters, digits and _, a letter first`,
      );
    if (names.has(name) || RESERVED.has(name))
      throw new TypeError(`the name ${name} of a measure is taken: give it another`);
    const [fault] = measureFaults(measure);
    if (fault) throw new TypeError(`the measure ${name}: ${fault.path} ${fault.message}`);
    names.add(name);
  }
  return [...builtInMeasures, ...own];
}

/** The measures that a subject admits, of which those that follow training. */
export const liveMeasures = (measures: readonly Measure[], subject: Subject): readonly Measure[] =>
  measures.filter(({ whyNot, isLive }) => whyNot?.(subject) === undefined && (isLive?.(subject) ?? true));

/** Why weights alone do not give a measure; undefined where they do. */
export const whyNotOfWeights = ({ whyNot, needs }: Measure, subject: Subject): string | undefined =>
  whyNot?.(subject) ??
  (needs.includes('gradients') ? 'needs the gradients of a step, which a run alone has' : undefined);

/**
 * The values of measures by name, as events and analyses hold them: one that is a number under `measures`. Throws where
 * such a one gives something else.
 */
export function collect(measures: readonly Measure[], look: Look): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  const numbers: Record<string, number> = {};
  for (const measure of measures) {
    const found = measure.of(look);
    if (found === undefined) continue;
    if (measure.value !== undefined) values[measure.name] = found;
    else numbers[measure.name] = numberOf(measure.name, found);
  }
  return Object.keys(numbers).length > 0 ? { ...values, measures: numbers } : values;
}

function numberOf(name: string, found: unknown): number {
  if (typeof found === 'number') return found;
  const got = found === null ? 'null' : typeof found;
  throw new TypeError(
    `the measure ${name} gave ${got} where a number is due; give several numbers a \`value\``,
  );
}
