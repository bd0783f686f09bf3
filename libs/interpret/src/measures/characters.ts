import { measured } from '@grokscope/schema';
import type { GroupAnalysis } from '../characters/group-analysis.js';
import { whyNoTable } from './admission.js';
import { groupReading } from './group-reading.js';
import type { Measure } from './measure.js';
import { sections } from './sections.js';
import { count, exact, percent } from './text.js';

const value = measured.list(
  measured.object(
    {
      name: measured.text(),
      dimension: measured.count(),
      rank: measured.count(),
      similarity: measured.number(),
      isKey: measured.trueOrFalse(),
      embedding: measured.optional(measured.numbers()),
      unembedding: measured.optional(measured.number()),
    },
    'a character with its dimension, rank, similarity and shares',
  ),
);

/**
 * The real irreducible characters χ of the task's group, and how the network follows each: the cosine between its logits,
 * each row without its mean, and χ(x·y·z⁻¹) over all x, y and z; and the shares of its embeddings and its unembedding that
 * lie in the space of χ.
 *
 * Source: Chughtai, Chan and Nanda, *A Toy Model of Universality*, arXiv:2302.03025.
 */
export const characters = {
  name: 'characters',
  title: 'Characters of the group',
  formula: 'similarity: cos(logits − their mean over answers, χ(x·y·z⁻¹)); key: above .005',
  source: 'arXiv:2302.03025',
  unit: '1',
  range: [-1, 1],
  needs: ['logits'],
  value,
  savedOnly: true,
  whyNot: whyNoTable,
  isUnsaid: true,
  of: (look) => groupReading(look)?.characters,
  told: {
    section: sections.characters,
    rows: ({ characters: found = [] }) =>
      found
        .filter(({ isKey }) => isKey)
        .sort((a, b) => b.similarity - a.similarity)
        .map(({ name, dimension, similarity, embedding, unembedding }) => ({
          cells: [
            name,
            count(dimension),
            exact(similarity),
            percent(embedding?.[0]),
            percent(embedding?.[1]),
            percent(unembedding),
          ],
        })),
  },
} as const satisfies Measure<GroupAnalysis['characters']>;
