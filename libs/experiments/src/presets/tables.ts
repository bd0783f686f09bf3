import type { RunSpecInput, TaskInput } from '@grokscope/schema';
import { mainline } from './mainline.js';
import { named, type Preset } from './preset.js';

/** The mainline's recipe on another table of pairs. */
const onTable = (task: TaskInput, trainFraction = 0.3): RunSpecInput => ({
  ...mainline,
  task,
  data: { ...mainline.data, trainFraction },
});

/** ROT13 with the mainline's model: learned in a few hundred steps. */
const rot13 = (letters: number, trainFraction: number): RunSpecInput => ({
  ...onTable({ kind: 'rot13', letters }, trainFraction),
  training: { ...mainline.training, steps: 1000 },
  observe: { metricsEvery: 5, progressEvery: 25, checkpointEvery: 100 },
});

/** The other tasks whose examples are a full table. */
export const tablePresets: readonly Preset[] = [
  named(
    'subtraction',
    'a − b mod 113 on the published recipe: the same circle as addition, but now the order of a and b matters.',
    onTable({ kind: 'modularSubtraction', p: 113 }),
  ),
  named(
    'multiplication',
    'a · b mod 113: addition of exponents in disguise; the waves are over the powers of a generator, not over 0 … 112.',
    onTable({ kind: 'modularMultiplication', p: 113 }),
  ),
  named(
    'division',
    'a ÷ b mod 113: subtraction of exponents; no inverse is ever shown.',
    onTable({ kind: 'modularDivision', p: 113 }),
  ),
  named(
    'polynomial',
    'x² + xy + y² mod 97 with 60 % of the pairs seen: a table that no single circle explains.',
    onTable({ kind: 'modularPolynomial', p: 97, expression: 'x^2 + x*y + y^2' }, 0.6),
  ),
  named(
    'permutations',
    'Composition in S_5, half of its 14,400 pairs seen: a group in which order matters.',
    onTable({ kind: 'permutationComposition', n: 5 }, 0.5),
  ),
  named(
    'character-addition',
    'Characters with hidden numbers: addition mod 113 where the network has to find out which character is which number.',
    onTable({ kind: 'characterAddition', vocabulary: 113, valueSeed: 0 }),
  ),
  named(
    'rot13',
    'ROT13 of two letters: 26 entries, learned at once and right on unseen words as soon as on seen ones; no grokking.',
    rot13(2, 0.5),
  ),
  named(
    'rot13-letters',
    'ROT13 letter by letter, 6 of 26 held out: memorised at once, and nothing seen says what a held-out letter becomes.',
    rot13(1, 0.78),
  ),
];
