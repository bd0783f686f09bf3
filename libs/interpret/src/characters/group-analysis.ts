import type { FiniteGroup, TaskStructure } from '@grokscope/tasks';
import { finiteGroup } from '@grokscope/tasks';
import type { Rows, SplitMeans } from '../network/loss.js';
import type { Reals } from '../numerics/numbers.js';
import type { Characters } from './character.js';
import { columnsAsRows, explainedByCharacters } from './explained.js';
import { irreducibleCharacters } from './irreducible.js';
import { logitCharacters } from './logit-characters.js';

/** A network on all pairs of a group: the parts that are analysed, independent of how it is built. */
export interface GroupNetwork extends Rows {
  /** `[n·n, n]` the logits of the pair (x, y) at row x·n + y, a column for each element. */
  readonly logits: Reals;
  /** `[n·n]` the element wanted for each pair; default: the product. */
  readonly label?: ArrayLike<number>;
  /**
   * `[n, width]` the inputs of the network for each element as first and as second operand: for a transformer the rows
   * of W_E, for an MLP W_x·W_in and W_y·W_in, each by its part of W_in.
   */
  readonly embeddings?: readonly [Reals, Reals];
  /** `[width, n]` from neurons to logits: for a transformer W_out·W_U, for an MLP W_U. */
  readonly unembedding?: Reals;
}

/** The analysis of a network by the characters of its group. */
export interface GroupAnalysis {
  /** Every real irreducible character: the trivial one first, then by dimension; of a cyclic group by frequency. */
  readonly characters: readonly {
    readonly name: string;
    readonly dimension: number;
    /** Dimension of its space of functions on the group. */
    readonly rank: number;
    readonly similarity: number;
    /** Whether the similarity is above .005. */
    readonly isKey: boolean;
    /** Shares of the first and the second embedding in its space. */
    readonly embedding?: readonly [number, number];
    readonly unembedding?: number;
  }[];
  readonly logitsExplained: number;
  readonly restrictedLoss: SplitMeans;
  readonly excludedLoss?: { readonly all: number; readonly byCharacter: Readonly<Record<string, number>> };
}

/** Analyses a network by the characters of its group, in float64. */
export function groupAnalysis(
  characters: Characters,
  { logits, label, embeddings, unembedding, train, test }: GroupNetwork,
): GroupAnalysis {
  const n = characters.group.order;
  const { similarities, explained, ...losses } = logitCharacters(characters, {
    logitsOf: (x) => logits.subarray(x * n * n, (x + 1) * n * n),
    ...(label ? { label } : {}),
    ...{ train, test },
  });
  const [first, second] = embeddings?.map((one) => explainedByCharacters(characters, one)) ?? [];
  const out = unembedding && explainedByCharacters(characters, columnsAsRows(unembedding, n));
  return {
    characters: similarities.map(({ character: { name, dimension, rank }, similarity, isKey }, i) => ({
      ...{ name, dimension, rank, similarity, isKey },
      ...(first && second ? { embedding: [first[i], second[i]] as const } : {}),
      ...(out ? { unembedding: out[i] } : {}),
    })),
    logitsExplained: explained,
    ...losses,
  };
}

const known = new WeakMap<TaskStructure, Characters>();

/**
 * The characters of a task whose answers are products of its elements; undefined if its table is not a group, or is a
 * cyclic group under other names (`cyclic`, whose characters are its frequencies). Computed once for each structure.
 */
export function charactersOfTask(structure: TaskStructure | undefined): Characters | undefined {
  const found = structure && known.get(structure);
  if (found || !structure) return found;
  const group = groupOf(structure);
  if (!group) return undefined;
  const characters = irreducibleCharacters(group);
  known.set(structure, characters);
  return characters;
}

function groupOf(structure: TaskStructure): FiniteGroup | undefined {
  const table = structure.kind === 'group' ? structure.table : compositionsOf(structure);
  const group = table && finiteGroup(table);
  return group?._tag === 'Right' ? group.right : undefined;
}

/** Whether the answers of a task are products in a group that its structure declares, other than a cyclic one. */
export const isGroupTask = (structure: TaskStructure | undefined): boolean =>
  structure?.kind === 'group' || structure?.kind === 'permutations';

/** `[n!, n!]` the token of f ∘ g, of a task on permutations. */
function compositionsOf(structure: TaskStructure): Int32Array | undefined {
  if (structure.kind !== 'permutations') return undefined;
  const { n, images } = structure;
  const order = images.length / n;
  const imagesOf = (token: number): Int32Array => images.subarray(token * n, (token + 1) * n);
  const tokens = new Map(Array.from({ length: order }, (_, token) => [imagesOf(token).join(), token]));
  return Int32Array.from({ length: order * order }, (_, i) => {
    const f = imagesOf(Math.floor(i / order));
    return tokens.get(
      imagesOf(i % order)
        .map((image) => f[image])
        .join(),
    )!;
  });
}
