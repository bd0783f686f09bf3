import type { Look, Measure, Subject } from '@grokscope/interpret';
import { measureFaults } from '@grokscope/schema';
import { marked, PartFault, type DefinedPart } from './defined.js';
import { guarded, guardedAsync } from './guard.js';
import { markFor, requireFunctions } from './required.js';

/** A measure as its author writes it; what is left out has a default. */
export type OwnMeasure<Value> = Omit<Measure<Value>, 'unit' | 'range' | 'needs' | 'formula'> &
  Partial<Pick<Measure, 'unit' | 'range' | 'needs' | 'formula'>>;

/**
 * Defines a measure: its description, and how its value is computed from one set of weights. A run's `progress` events
 * hold the value under the measure's name, `analyze` reports it, tables have a column for it, and the page draws its
 * `curves`.
 *
 * Defaults: unit `1`, any range, no needs beside the weights, the title as formula, one curve in a plot of its own.
 * Throws `PartFault` if something is missing or cannot be described; an exception in `of` becomes a `PartFault`.
 *
 * @example
 * export const norm = defineMeasure({
 *   name: 'embeddingNorm',
 *   title: 'Norm of the embedding',
 *   of: ({ weight }) => Math.hypot(...weight('embed.W_E')),
 * });
 */
export function defineMeasure<Value>(own: OwnMeasure<Value>): DefinedPart<Measure<Value>> {
  const part = markFor('measure', own.name, defineMeasure);
  requireFunctions(part, own, ['of']);
  const measure: Measure<Value> = {
    formula: own.title,
    unit: '1',
    range: [null, null],
    needs: [],
    ...(own.value === undefined && own.savedOnly !== true
      ? { curves: [{ name: own.name, label: own.name, panel: 'own' as const }] }
      : {}),
    ...own,
  };
  const [fault] = measureFaults(measure);
  if (fault) throw new PartFault(part, fault.path, fault.message);
  const { isLive, activations, whyNot, whyNone } = measure;
  return marked<Measure<Value>>(
    {
      ...measure,
      of: guardedAsync(part, 'of', (look: Look) => measure.of(look)),
      ...(isLive
        ? { isLive: guarded(part, 'isLive', (subject: Subject) => isLive.call(measure, subject)) }
        : {}),
      ...(activations
        ? {
            activations: guarded(part, 'activations', (subject: Subject, isRun: boolean) =>
              activations.call(measure, subject, isRun),
            ),
          }
        : {}),
      ...(whyNot
        ? { whyNot: guarded(part, 'whyNot', (subject: Subject) => whyNot.call(measure, subject)) }
        : {}),
      ...(whyNone ? { whyNone: guarded(part, 'whyNone', whyNone.bind(measure)) } : {}),
    },
    part,
  );
}
