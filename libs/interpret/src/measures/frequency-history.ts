import { measured } from '@grokscope/schema';
import { whyNoGroup } from './admission.js';
import type { Measure } from './measure.js';

const life = measured.object(
  {
    rose: measured.count(),
    died: measured.optional(measured.count()),
  },
  'rose and died',
);
const value = measured.object(
  { alive: measured.count(), died: measured.count(), byFrequency: measured.byKeyOf(life) },
  'alive, died and byFrequency',
);

/** When a frequency first was key, and, of one that is no longer, the first look at which it was not. */
export interface Life {
  readonly rose: number;
  readonly died?: number;
}
/** Every frequency that was key so far. */
export interface Lives {
  readonly alive: number;
  readonly died: number;
  readonly byFrequency: Readonly<Record<string, Life>>;
}

/**
 * Which frequencies have been key so far, each with the look at which it first was (`rose`) and, where it is no longer,
 * the look at which it was not any more (`died`); one that comes back has not died. It goes by the step's own key
 * frequencies, from the first look at which they stand out; while they do not, nothing is said of them. It follows from the
 * look before: a run that goes on has it from its events.
 */
export const frequencyHistory = {
  name: 'frequencyHistory',
  title: 'Frequencies that rose and died',
  formula:
    'of each frequency that was key: the first look at which it was, and the look since which it is not',
  source: 'transient frequencies of roaringsurfdev/training-dynamics-workbench',
  unit: 'steps',
  range: [0, null],
  needs: [],
  value,
  once: true,
  runsOnly: true,
  isUnsaid: true,
  columns: [
    { path: 'alive', note: 'Frequencies that are key.' },
    { path: 'died', note: 'Frequencies that were key and are no longer.' },
    {
      path: 'byFrequency.*',
      note: 'Of a frequency that was key (by its number) the look at which it rose or died: {}.',
    },
  ],
  whyNot: whyNoGroup,
  of: ({ keyFrequencies, step, before }) => {
    const told = before?.[frequencyHistory.name] as Lives | undefined;
    const keys = keyFrequencies?.used ?? [];
    if (step === undefined || keys.length === 0) return told;
    const lives = new Map(Object.entries(told?.byFrequency ?? {}));
    for (const key of keys) lives.set(String(key), { rose: lives.get(String(key))?.rose ?? step });
    for (const [key, { rose, died }] of lives)
      if (!keys.includes(Number(key))) lives.set(key, { rose, died: died ?? step });
    const ascending = [...lives].sort(([a], [b]) => Number(a) - Number(b));
    const gone = ascending.filter(([, { died }]) => died !== undefined).length;
    return { alive: lives.size - gone, died: gone, byFrequency: Object.fromEntries(ascending) };
  },
} as const satisfies Measure<Lives>;
