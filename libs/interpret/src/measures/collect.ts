import { measureFaults } from '@grokscope/schema';
import { analysisMeasures, builtInMeasures } from './index.js';
import type { Look, Measure, Subject } from './measure.js';

/** The content of a progress event besides measures. */
const RESERVED = new Set(['type', 'runId', 'seq', 'time', 'step', 'precision', 'keys', 'measures']);

/**
 * The built-in measures and after them one's own, which may stand for a built-in one that nothing else is told from
 * (`once`, or computed only where it is named). Throws `TypeError` for a name that is taken or no name, and for a
 * description that events cannot hold.
 *
 * @param builtIn those before the custom ones: of a run, or of an analysis (`analysisMeasures`)
 */
export function allMeasures(
  own: readonly Measure[] = [],
  builtIn: readonly Measure[] = builtInMeasures,
): readonly Measure[] {
  const always = analysisMeasures.filter(({ byName, once }) => byName !== 'everywhere' && once !== true);
  const names = new Set(always.map(({ name }) => name));
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
  return [
    ...builtIn.filter(
      (measure) => always.includes(measure) || !own.some(({ name }) => name === measure.name),
    ),
    ...own,
  ];
}

/**
 * The measures that a subject admits, of which those that follow training.
 *
 * @param named what `observe.measures` names: others that are `byName` are left out
 */
export const liveMeasures = (
  measures: readonly Measure[],
  subject: Subject,
  named: readonly string[] = [],
): readonly Measure[] =>
  measures.filter(
    ({ name, savedOnly, byName, whyNot, isLive }) =>
      savedOnly !== true &&
      (byName === undefined || named.includes(name)) &&
      whyNot?.(subject) === undefined &&
      (isLive?.(subject) ?? true),
  );

/** Those that an analysis has without being asked, and those that it is asked for by name. */
export const measuresOfWeights = (
  measures: readonly Measure[],
  named: readonly string[] = [],
): readonly Measure[] =>
  measures.filter(({ name, byName }) => byName !== 'everywhere' || named.includes(name));

/** Why weights alone do not give a measure; undefined where they do. */
export const whyNotOfWeights = (
  { whyNot, needs, runsOnly, savedOnly }: Measure,
  subject: Subject,
): string | undefined =>
  whyNot?.(subject) ??
  (runsOnly === true ? 'follows from the looks before, which a run alone has' : undefined) ??
  (needs.includes('gradients') && savedOnly !== true
    ? 'needs the gradients of a step, which a run alone has'
    : undefined);

/** The values of measures that follow training, as `valuesByName` has them. */
export const collect = (measures: readonly Measure[], look: Look): Readonly<Record<string, unknown>> =>
  valuesByName(measures.map((measure) => [measure, measure.of(look)]));

/** The values of measures of saved weights, computed one after another. */
export async function collectSaved(
  measures: readonly Measure[],
  look: Look,
): Promise<Readonly<Record<string, unknown>>> {
  const values: (readonly [Measure, unknown])[] = [];
  for (const measure of measures) values.push([measure, await measure.of(look)]);
  return valuesByName(values);
}

/**
 * The values of measures by name, as events and analyses hold them: a single number under `measures`. Throws if such a
 * measure returns something else, or if a value is still a promise.
 */
function valuesByName(found: readonly (readonly [Measure, unknown])[]): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  const numbers: Record<string, number> = {};
  for (const [measure, value] of found) {
    if (value === undefined) continue;
    if (value instanceof Promise)
      throw new TypeError(`the measure ${measure.name} promises its value: only one of \`savedOnly\` may`);
    if (measure.value !== undefined) values[measure.name] = value;
    else numbers[measure.name] = numberOf(measure.name, value);
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
