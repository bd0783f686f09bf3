import {
  closed,
  described,
  filePath,
  integer,
  oneOf,
  specError,
  unless,
  withDefault,
  type Files,
} from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { perceptron } from './groups/perceptron.js';
import { pipe } from 'fp-ts/lib/function.js';
import Type from 'typebox';
import type { FileFault } from './errors.js';
import { baseName, contentsOf, fileFault, remembered } from './files/file-fault.js';
import { readGroup } from './files/group-table.js';
import { groupKinds, namedGroup, type GroupKind, type NamedGroup } from './groups/named-groups.js';
import { recognise } from './groups/recognise.js';
import { pairTask, type Pairs } from './forms/pair-task.js';
import { preset, recipe, split } from './forms/preset.js';

const kinds = Object.keys(groupKinds) as GroupKind[];

/** `{ symmetric: 5 }`: exactly one kind and its n. */
type GroupChoice = Readonly<Partial<Record<GroupKind, number>>>;

const groupSchema = closed({
  cyclic: nOf('cyclic'),
  dihedral: nOf('dihedral'),
  symmetric: nOf('symmetric'),
  alternating: nOf('alternating'),
});

function nOf(kind: GroupKind) {
  const { min, max } = groupKinds[kind];
  return Type.Optional(integer(min, max));
}

const ALLOWED = `one of ${kinds.map((kind) => `{${kind}: n}`).join(', ')}`;

/** The number of elements, and the group in mathematical notation: `S_5`. */
function chosen(group: GroupChoice): {
  readonly kind: GroupKind;
  readonly n: number;
  readonly symbol: string;
} {
  const kind = kinds.find((one) => group[one] !== undefined)!;
  const n = group[kind]!;
  return { kind, n, symbol: groupKinds[kind].symbol(n) };
}

/** Exactly one of the two, a rule. */
interface Choice {
  readonly group?: GroupChoice | undefined;
  readonly table?: string | undefined;
}

/** How many elements; NaN where the file that says it is not read. */
function orderOf({ group, table }: Choice, files: Files | undefined): number {
  if (group !== undefined) {
    const { kind, n } = chosen(group);
    return groupKinds[kind].order(n);
  }
  const read = fromFile(table!, files);
  return E.isRight(read) ? read.right.order : NaN;
}

/** The group of a spec, its elements and products. */
function groupOf({ group, table }: Choice, files: Files | undefined): E.Either<FileFault, NamedGroup> {
  if (group === undefined) return fromFile(table!, files);
  const { kind, n } = chosen(group);
  return E.right(namedGroup(kind, n));
}

const fromFile = (file: string, files: Files | undefined): E.Either<FileFault, NamedGroup> =>
  pipe(
    contentsOf('task.table', file, files),
    E.chain((bytes) =>
      pipe(
        remembered(bytes, `group ${baseName(file)}`, () => readGroup(bytes, file)),
        E.mapLeft((fault) => fileFault('task.table', file, fault)),
      ),
    ),
  );

/** What a table of one's own was found to be. */
function foundIn({ group, table }: Choice, files: Files | undefined): { readonly recognised?: string } {
  const read = group === undefined ? fromFile(table!, files) : undefined;
  const found = read && E.isRight(read) ? recognise(read.right.table, read.right.names) : undefined;
  return found ? { recognised: found.words } : {};
}

const products = {
  xy: { title: 'x·y', sign: '·' },
  xyx: { title: 'x·y·x', sign: '·' },
  xyxInverse: { title: 'x·y·x⁻¹', sign: '·' },
} as const;

type Product = keyof typeof products;

/**
 * A product of two elements of a finite group: tokens `[x, y, "="]`, the elements numbered as `groups/named-groups.ts`
 * lists them. Of permutations x·y is x ∘ y, y first. `product` is x·y itself, or one of the two others that Power et al.
 * trained on S_5: x·y·x⁻¹ (`xyxInverse`) and x·y·x (`xyx`), which are no Cayley tables. In place of a named group,
 * `table` is a file with the table of one (`files/group-table.ts`).
 *
 * Sources: Chughtai, Chan and Nanda, *A Toy Model of Universality*, arXiv:2302.03025 (the four kinds of groups); Power
 * et al., arXiv:2201.02177, and `openai/grok`, `data.py`: `s5`, `s5conj`, `s5aba`. There the first factor is applied
 * first, which gives the same table under other names: each permutation is named by its inverse.
 */
export const groupComposition = pairTask({
  kind: 'groupComposition',
  teaches:
    'products in a finite group: a network finds representations of it by matrices, of a cyclic group waves',
  parameters: {
    group: described(
      unless('table', withDefault(groupSchema, { symmetric: 5 })),
      `the group, ${ALLOWED}: n ${kinds
        .map((kind) => `from ${groupKinds[kind].min} to ${groupKinds[kind].max}`)
        .join(', ')}`,
    ),
    table: unless(
      'group',
      filePath('the path of a CSV or TSV file with the table of a group, in place of group'),
    ),
    product: withDefault(
      oneOf('xy', 'xyx', 'xyxInverse'),
      'xy',
      'which product: xy, xyx (x·y·x) or xyxInverse (x·y·x⁻¹)',
    ),
  },
  rules: ({ group, table }) => {
    if (group === undefined) return [];
    if (table !== undefined)
      return [specError('task.table', table, 'one of group, table', 'cannot stand beside task.group')];
    const count = kinds.filter((kind) => group[kind] !== undefined).length;
    const message = `must name exactly one kind of group; it names ${count === 0 ? 'none' : count}`;
    return count === 1 ? [] : [specError('task.group', group, ALLOWED, message)];
  },
  exampleCount: (spec, files) => orderOf(spec, files) ** 2,
  words: (spec, files) => {
    const { group, table, product } = spec;
    const count = orderOf(spec, files);
    const { title, sign } = products[product];
    return {
      title: `${title} in ${group ? chosen(group).symbol : `the group of ${baseName(table!)}`}`,
      examples: 'pairs',
      answers: Number.isNaN(count)
        ? { count: Infinity, words: 'its elements' }
        : { count, words: `${count} answers` },
      sign,
      ...(product === 'xy' ? foundIn(spec, files) : {}),
    };
  },
  exampleText: ({ product }, { at, answers }) => {
    const [x, y] = [at(0), at(1)];
    const written = { xy: `${x} · ${y}`, xyx: `${x} · ${y} · ${x}`, xyxInverse: `${x} · ${y} · ${x}⁻¹` };
    return `${written[product]} → ${answers[0]}`;
  },
  pairs: (spec, files) => E.map((group: NamedGroup) => productsOf(group, spec.product))(groupOf(spec, files)),
  presets: [
    {
      ...preset(
        'dihedral',
        'Products in D_20, the turns and flips of a 20-gon, by a multilayer perceptron: a group in which order matters, read by its characters.',
        recipe({ kind: 'groupComposition', group: { dihedral: 20 }, product: 'xy' }, split(0.6), {
          model: perceptron(128),
          optimizer: { lr: 0.005, weightDecay: 2 },
          training: { steps: 1200 },
          observe: { metricsEvery: 10, progressEvery: 25, checkpointEvery: 50 },
        }),
      ),
      after: 'conditional',
    },
    {
      ...preset(
        'cyclic',
        'The published perceptron on addition mod 113, written as a group: memorised at 400, its waves found by 2,600.',
        recipe({ kind: 'groupComposition', group: { cyclic: 113 }, product: 'xy' }, split(0.5), {
          model: perceptron(128),
          training: { steps: 4000 },
          observe: { metricsEvery: 50, progressEvery: 100, checkpointEvery: 250 },
        }),
      ),
      after: 'dihedral',
    },
    {
      ...preset(
        'alternating',
        'Products in A_5, the 60 turns of an icosahedron, by a transformer: learnt by heart by step 75, a group by 1,175.',
        recipe({ kind: 'groupComposition', group: { alternating: 5 }, product: 'xy' }, split(0.6), {
          model: { outputs: 'classes' },
          optimizer: { lr: 0.005, weightDecay: 2 },
          training: { steps: 1500 },
          observe: { metricsEvery: 25, progressEvery: 50, checkpointEvery: 50 },
        }),
      ),
      after: 'cyclic',
    },
  ],
});

function productsOf({ order, names, table }: NamedGroup, product: Product): Pairs {
  const times = (x: number, y: number): number => table[x * order + y]!;
  // An element's inverse takes it to what takes it nowhere: the identity is the element that is its own square.
  const identity = Array.from({ length: order }, (_, x) => x).find((x) => times(x, x) === x)!;
  const inverse = (x: number): number => table.subarray(x * order, (x + 1) * order).indexOf(identity);
  const common = { n: order, names, firstB: 0 } as const;
  switch (product) {
    case 'xy':
      return { ...common, answer: times, structure: { kind: 'group', order, table } };
    case 'xyx':
      return { ...common, answer: (x, y) => times(times(x, y), x) };
    case 'xyxInverse':
      return { ...common, answer: (x, y) => times(times(x, y), inverse(x)) };
    default:
      return product satisfies never;
  }
}
