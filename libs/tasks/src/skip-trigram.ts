import { integer, specError, withDefault } from '@grokscope/schema';
import { drawnOnce, infinite, preset, recipe } from './forms/preset.js';
import type { SampledTask } from './forms/sampled-task.js';
import { MAX_LENGTH } from './forms/sampled-task.js';
import { drawnTask } from './forms/task.js';

const TEACHES =
  '"A … B → C": what follows B is settled by a marker A somewhere before, which attention has to find';

interface Sizes {
  readonly length: number;
  readonly markers: number;
  readonly vocabulary: number;
}

const task = { kind: 'skipTrigram', length: 16, markers: 16, vocabulary: 64 };

/** This project's own generator, and so its own recipe: the mainline's model without its MLP. */
const ownRecipe = {
  name: 'skip-trigram',
  data: infinite,
  model: { dMlp: 0 },
  training: { steps: 1000, batchSize: 64 },
  observe: { metricsEvery: 10, progressEvery: 50, checkpointEvery: 100 },
} as const;

/**
 * Skip trigrams, "A_i … B → C_i": the last token is the trigger B; one marker A_i, any of `markers`, is at a random
 * position before it; the token wanted after B is the marker's successor C_i. Every other position holds an ordinary
 * token drawn uniformly, successors included, so that neither a token's presence nor its place reveals the answer: the
 * trigger has to attend to the marker.
 *
 * Tokens: markers 0 … m−1 (`A1` …), ordinary tokens m … v−2, the first m of which are the successors (`C1` …), and the
 * trigger v−1 (`B`).
 *
 * The published generator is not known; this one is this project's own. Source of the pattern: Elhage et al., *A
 * Mathematical Framework for Transformer Circuits* (2021), "Skip-trigrams".
 */
export const skipTrigram = drawnTask({
  kind: 'skipTrigram',
  teaches: TEACHES,
  parameters: {
    /** Tokens in a sequence. */
    length: withDefault(integer(2, MAX_LENGTH), 16, `tokens a sequence, an integer from 2 to ${MAX_LENGTH}`),
    /** Number of marker tokens, each with a successor of its own. */
    markers: withDefault(integer(2, 1024), 16, 'marker tokens, an integer from 2 to 1024'),
    /** Number of tokens: the markers, at least as many ordinary ones, and the trigger. */
    vocabulary: withDefault(
      integer(5, 65536),
      64,
      'tokens there are, an integer from 2 × markers + 1 to 65536',
    ),
  },
  rules: ({ markers, vocabulary }) => {
    const allowed = `an integer of at least ${2 * markers + 1}`;
    const message = `must hold ${markers} markers, as many successors and the trigger`;
    return vocabulary > 2 * markers ? [] : [specError('task.vocabulary', vocabulary, allowed, message)];
  },
  exampleCount: ({ length, markers, vocabulary }) =>
    markers * (length - 1) * (vocabulary - markers - 1) ** (length - 2),
  recipe: ownRecipe,
  words: ({ markers, vocabulary }) => ({
    title: `A … B → C with ${markers} markers`,
    examples: 'sequences',
    answers: { count: vocabulary, words: `${vocabulary} tokens` },
    patterns: 'The last row gives the answer; a dark cell in it is the marker that the head found.',
  }),
  exampleText: ({ length }, { at, answers, structure, example }) => {
    const marker = structure?.kind === 'skipTrigram' ? structure.markerPositions[example]! : 0;
    return `${at(marker)} … ${at(length - 1)} → ${answers[0]}`;
  },
  sampler,
  presets: [
    preset(
      'skip-trigram',
      '"A … B → C" on ever new sequences: the trigger learns to attend to the marker, in a single phase change.',
      recipe(task, ownRecipe),
    ),
    preset(
      'skip-trigram-finite',
      '"A … B → C" on 64 fixed sequences: all of them known by step 90, unseen ones right one or two hundred steps later.',
      recipe(task, ownRecipe, drawnOnce(64), { training: { batchSize: 'full' } }),
    ),
  ],
});

function sampler({ length, markers, vocabulary }: Sizes): SampledTask {
  const nOrdinary = vocabulary - markers - 1;
  const numbered = (letter: string, n: number): string[] =>
    Array.from({ length: n }, (_, i) => `${letter}${i + 1}`);
  return {
    kind: 'skipTrigram',
    teaches: TEACHES,
    dVocab: vocabulary,
    dVocabOut: vocabulary,
    nCtx: length,
    nScored: 1,
    positionsVary: false,
    vocabulary: [
      ...numbered('A', markers),
      ...numbered('C', markers),
      ...numbered('x', nOrdinary - markers),
      'B',
    ],
    fixedPositions: Int32Array.of(length - 1),
    nPlaces: 1,
    answers: Int32Array.from({ length: markers }, (_, i) => markers + i),
    draw: (random, { tokens, labels, places }) => {
      for (let at = 0; at < length - 1; at++) tokens[at] = markers + random.nextBelow(nOrdinary);
      tokens[length - 1] = vocabulary - 1;
      const marker = random.nextBelow(markers);
      const place = random.nextBelow(length - 1);
      tokens[place] = marker;
      labels[0] = markers + marker;
      places[0] = place;
    },
    structureOf: (markerPositions) => ({ kind: 'skipTrigram', markers, markerPositions }),
  };
}
