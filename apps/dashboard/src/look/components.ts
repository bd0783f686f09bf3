import { embeddingName, principalComponents, selectRows } from '@grokscope/interpret';
import type { ComponentsLook } from './looks.js';
import type { LookSubject } from './subject.js';

/** The number of planes shown: each has two directions. */
const PLANES = 5;

/**
 * The tokens along the principal components of their embeddings; null if waves show more, or no embeddings are known.
 */
export const lookAtComponents = ({ network, pairs, dataset, step }: LookSubject): ComponentsLook | null => {
  const table = embeddingName(network.shape);
  if (pairs?.cyclic || table === undefined) return null;
  const { dModel } = network.shape;
  const rows = pairs?.classes ?? dataset.dVocab;
  const tokens = Int32Array.from({ length: rows }, (_, token) => token);
  const W_E = selectRows(network.weight(table), dModel, tokens);
  const { explained, coordinates } = principalComponents(W_E, rows, dModel, 2 * PLANES);
  const count = explained.length;
  const along = (axis: number): Float64Array =>
    Float64Array.from({ length: rows }, (_, token) => coordinates[token * count + axis] ?? 0);
  return {
    step,
    words: dataset.vocabulary.slice(0, rows),
    explained: Array.from(explained),
    planes: Array.from({ length: Math.floor(count / 2) }, (_, i) => ({
      x: along(2 * i),
      y: along(2 * i + 1),
    })),
  };
};
