import { placeOf } from '@grokscope/schema';
import { whyNotOfWeights } from '../measures/collect.js';
import type { Measure, Subject } from '../measures/measure.js';
import type { Analysis } from './analysis.js';

type Found = Omit<Analysis, 'absent'>;

/** A value that may be absent from an analysis. */
interface Place {
  readonly name: string;
  readonly order: number;
  readonly whyNot: (subject: Subject) => string | undefined;
  readonly whyNone: (analysis: Found) => string | undefined;
}

/**
 * The reason for each absent measure, by its name: first what the task or model does not admit, then what these weights
 * alone do not have.
 */
export function reasonsFor(
  analysis: Found,
  subject: Subject,
  measures: readonly Measure[],
): Readonly<Record<string, string>> {
  const missing = measures
    .flatMap(placesOf)
    .filter(({ name }) => !isThere(analysis, name))
    .sort((a, b) => a.order - b.order);
  const reasons: Record<string, string> = {};
  const say = (name: string, why: string | undefined): void => {
    if (why !== undefined) reasons[name] ??= why;
  };
  for (const { name, whyNot } of missing) say(name, whyNot(subject));
  for (const { name, whyNone } of missing) say(name, whyNone(analysis));
  return reasons;
}

/** A measure, and the parts of it that may be absent separately. */
function placesOf(measure: Measure): readonly Place[] {
  const place = placeOf(measure);
  const own: Place = {
    name: place,
    order: measure.absentAt ?? LAST,
    whyNot: (subject) => whyNotOfWeights(measure, subject),
    whyNone: (analysis) =>
      measure.whyNone?.(analysis) ?? (measure.byKeys === true ? whyNoKeys(analysis) : undefined),
  };
  const parts = measure.parts?.map(
    ({ path, absentAt = LAST, whyNot = nothing, whyNone = nothing }): Place => ({
      name: `${place}.${path}`,
      order: absentAt,
      whyNot,
      whyNone,
    }),
  );
  return [...(measure.isUnsaid === true ? [] : [own]), ...(parts ?? [])];
}

const LAST = Number.MAX_SAFE_INTEGER;
const nothing = (): undefined => undefined;

/** Why nothing is built on the key frequencies of the rule. */
function whyNoKeys({
  keyFrequencies,
  keyFrequencyRule: rule,
  group,
}: Pick<Analysis, 'keyFrequencies' | 'keyFrequencyRule' | 'group'>): string {
  const marked = (rule && keyFrequencies?.[rule]?.length) ?? 0;
  if (marked === 0) return 'no frequency is key by the rule';
  const count = group ? ` of ${Math.floor(group.order / 2)}` : '';
  return `no frequency stands out yet: the rule ${rule} marks ${marked}${count}, and what is built on so many means nothing`;
}

function isThere(analysis: object, name: string): boolean {
  let value: unknown = analysis;
  for (const key of name.split('.')) value = (value as Record<string, unknown> | undefined)?.[key];
  return value !== undefined;
}
