import type { RunSpec, SpecError } from '@grokscope/schema';
import { didYouMean, specError } from '@grokscope/schema';
import type { Dataset } from '@grokscope/tasks';
import { subjectOf } from '../analyze/subject.js';
import { MeasureNotAdmitted } from '../analyze/errors.js';
import { allMeasures, whyNotOfWeights } from './collect.js';
import { analysisMeasures } from './index.js';
import type { Measure, Subject } from './measure.js';

/** What of a spec decides which measures it may name. */
type Naming = Pick<RunSpec, 'model' | 'observe'>;

/**
 * The names in `observe.measures` that no run can follow: of no measure, of one that is computed of saved weights alone,
 * and, where the examples are given, of one that the run's model and task do not admit.
 *
 * @param own measures beside the built-in ones
 */
export function namedMeasureFaults(
  { model, observe: { measures: named = [] } }: Naming,
  own: readonly Measure[] = [],
  dataset?: Dataset,
): readonly SpecError[] {
  if (named.length === 0) return [];
  const all = allMeasures(own, analysisMeasures);
  const byName = new Map(all.map((measure) => [measure.name, measure]));
  const live = all.filter(({ savedOnly }) => savedOnly !== true).map(({ name }) => name);
  const subject = dataset && subjectOf(model, dataset);
  const allowed = `measures that follow a run: ${live.join(', ')}`;
  return named.flatMap((name, i) => {
    const refuse = (message: string): readonly SpecError[] => [
      specError(`observe.measures.${i}`, name, allowed, message),
    ];
    const measure = byName.get(name);
    if (!measure) return refuse(`names no measure${didYouMean(name, live)}`);
    if (measure.savedOnly === true) return refuse('is a measure of saved weights alone: `analyze` has it');
    const why = subject && measure.whyNot?.(subject);
    return why === undefined ? [] : refuse(`is no measure of this run: ${why}`);
  });
}

/** Throws `MeasureNotAdmitted` for a name that is no measure, or none of these weights. */
export function requireNamed(named: readonly string[], measures: readonly Measure[], subject: Subject): void {
  const names = measures.filter(({ runsOnly }) => runsOnly !== true).map(({ name }) => name);
  for (const name of named) {
    const measure = measures.find((known) => known.name === name);
    const why = measure
      ? whyNotOfWeights(measure, subject)
      : `there is no such measure${didYouMean(name, names)}; there are ${names.join(', ')}`;
    if (why !== undefined) throw new MeasureNotAdmitted(name, why);
  }
}
