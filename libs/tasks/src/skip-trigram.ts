import type { TaskSpecOf } from '@grokscope/schema';
import type { SampledTask } from './sampled-task.js';

/** What the task teaches, for people. */
export const skipTrigramTeaches =
  '"A … B → C": what follows B is settled by a marker A somewhere before; one head must find it among the others';

/**
 * Skip trigrams, "A_i … B → C_i": the last token is the trigger B; one marker A_i, any of `markers`, stands at a random
 * position before it; the token wanted after B is the marker's successor C_i. Every other position holds an ordinary
 * token drawn uniformly, successors included, so that neither a token's presence nor its place gives the answer away:
 * the trigger has to attend to the marker.
 *
 * Tokens: markers 0 … m−1 (`A1` …), ordinary tokens m … v−2, the first m of which are the successors (`C1` …), and
 * the trigger v−1 (`B`).
 *
 * The published generator is not known; this one is this project's own. Source of the pattern: Elhage et al.,
 * *A Mathematical Framework for Transformer Circuits* (2021), "Skip-trigrams".
 */
export function skipTrigram(spec: TaskSpecOf<'skipTrigram'>): SampledTask {
  const { kind, length, markers, vocabulary } = spec;
  const nOrdinary = vocabulary - markers - 1;
  const numbered = (letter: string, n: number): string[] =>
    Array.from({ length: n }, (_, i) => `${letter}${i + 1}`);
  return {
    kind,
    teaches: skipTrigramTeaches,
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
