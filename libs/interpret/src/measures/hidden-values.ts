import { measured } from '@grokscope/schema';
import { hiddenValues as valuesOf } from '@grokscope/tasks';
import type { Measure } from './measure.js';
import { sections } from './sections.js';

/** Number of values in a line of the text. */
const A_LINE = 12;

/** For a task whose tokens stand for numbers that the network is never shown: the number of each token. */
export const hiddenValues = {
  name: 'hiddenValues',
  title: 'Hidden values',
  formula: 'the number that a character stands for',
  unit: 'numbers of the task',
  range: [0, null],
  needs: [],
  value: measured.byKey(),
  savedOnly: true,
  whyNot: ({ dataset }) => (valuesOf(dataset) ? undefined : 'the task hides no values'),
  isUnsaid: true,
  of: ({ dataset }) => valuesOf(dataset),
  told: {
    section: sections.hidden,
    rows: ({ hiddenValues: values }) => {
      // In the order of the numbers: the circle that the network has to find.
      const names = Object.entries(values ?? {})
        .sort(([, a], [, b]) => a - b)
        .map(([name, hidden]) => `${name} = ${hidden}`);
      return Array.from({ length: Math.ceil(names.length / A_LINE) }, (_, row) => ({
        cells: names.slice(row * A_LINE, (row + 1) * A_LINE),
      }));
    },
  },
} as const satisfies Measure<Readonly<Record<string, number>>>;
