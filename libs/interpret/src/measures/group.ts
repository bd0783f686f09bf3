import { measured } from '@grokscope/schema';
import type { GroupWords } from '../analyze/group-words.js';
import { groupWords } from '../analyze/group-words.js';
import { whyNoGroup } from './admission.js';
import type { Measure } from './measure.js';
import { sections } from './sections.js';

const sign = () => measured.count();

const value = measured.object(
  {
    kind: measured.oneOf('cyclic'),
    order: measured.count(),
    operation: measured.text(),
    phase: measured.text(),
    signs: measured.object({ a: sign(), b: sign(), c: sign() }, 'a, b and c'),
    generator: measured.optional(measured.count()),
  },
  'kind, order, operation, phase, signs and generator',
);

/** The cyclic group of the task, to which its frequencies refer. */
export const group = {
  name: 'group',
  title: 'Group of the task',
  formula: 'w_k = 2πk ÷ order; waves cos(w_k · phase)',
  unit: 'name',
  range: [null, null],
  needs: [],
  value,
  savedOnly: true,
  whyNot: whyNoGroup,
  isUnsaid: true,
  of: ({ dataset }) => groupWords(dataset),
  told: {
    section: sections.formula,
    about: ({ group: found }) => found && inWords(found),
    rows: () => [],
  },
} as const satisfies Measure<GroupWords>;

/** Over which group the waves of the formula run. */
function inWords({ operation, order, phase, generator }: GroupWords): string {
  const waves = `w(k) = 2πk/${order}`;
  if (generator !== undefined)
    return `The task is ${operation}: its numbers but 0 are the ${order} powers of ${generator}, and log x is the exponent of x.\n  Waves run over the exponents, ${waves}.`;
  const values = phase.includes('value of')
    ? ' Waves run over the hidden values,'
    : ' Waves run over the numbers,';
  return `The task is ${operation}.${values} ${waves}.`;
}
