import { fromBfloat16, fromHalf, sameShape, type Shape } from '@grokscope/base';

/** A tensor as a file holds it, whatever its type. */
export interface RawTensor {
  readonly dtype: string;
  readonly shape: Shape;
  /** Numbers; for F16 and BF16 their 16 bits. */
  readonly data: ArrayLike<number | bigint>;
}

/** Tensors by the name a file gives them. */
export type RawTensors = Readonly<Record<string, RawTensor>>;

/** A file's contents for a model: tensors under their TransformerLens names, and what was left out. */
export interface FileTensors {
  readonly tensors: ReadonlyMap<string, RawTensor>;
  /** Pairs of names in the file that denote the same tensor. */
  readonly clashes: readonly (readonly [string, string])[];
  /** What was not taken unchanged, in words. */
  readonly notes: readonly string[];
}

/** The prefix of every name in a saved wrapped model: torch.compile, DataParallel, a module's own attribute. */
const PREFIX = /^(?:(?:_orig_mod|model|module)\.)+/;
/** Buffers that TransformerLens saves beside the weights; they hold nothing learned. */
const BUFFER = /(^|\.)(mask|IGNORE)$/;
/** Training counters. */
const COUNTER = /(^|[._])(steps?|epochs?|iterations?|num_batches_tracked)$/;
const W_E = 'embed.W_E';
/** Names under which a network stores W_E a second time: `x_embed`. */
const COPY = /(^|[._])embed$/;
/** Factors on what a network computes: 1 changes nothing. */
const FACTOR = /(scale|temperature)$/;

/**
 * Returns the tensors of a file by TransformerLens names. Prefixes of wrapped models are removed; `mask` and `IGNORE`,
 * step counters, factors of 1 and copies of W_E are left out.
 */
export function fileTensors(raw: RawTensors): FileTensors {
  const tensors = new Map<string, RawTensor>();
  const original = new Map<string, string>();
  const clashes: [string, string][] = [];
  const leftOut: string[] = [];
  const prefixes = new Set<string>();
  for (const [full, tensor] of Object.entries(raw)) {
    const prefix = PREFIX.exec(full)?.[0] ?? '';
    const name = full.slice(prefix.length);
    if (BUFFER.test(name)) continue;
    if (isMeaningless(name, tensor)) {
      leftOut.push(full);
      continue;
    }
    if (original.has(name)) clashes.push([original.get(name)!, full]);
    if (prefix !== '') prefixes.add(prefix);
    original.set(name, full);
    tensors.set(name, tensor);
  }
  const copies = copiesOfEmbedding(tensors);
  for (const name of copies) tensors.delete(name);
  const notes = [
    ...(prefixes.size > 0 ? [`names are read without ${[...prefixes].map(quoted).join(', ')}`] : []),
    ...(leftOut.length > 0 ? [`left out, as no part of the network: ${leftOut.join(', ')}`] : []),
    ...(copies.length > 0 ? [`left out, as copies of ${W_E}: ${copies.join(', ')}`] : []),
  ];
  return { tensors, clashes, notes };
}

/** The copies of the embedding that some networks store, under names of their own. */
function copiesOfEmbedding(tensors: ReadonlyMap<string, RawTensor>): readonly string[] {
  const table = tensors.get(W_E);
  if (table === undefined) return [];
  const isCopy = ({ dtype, shape, data }: RawTensor): boolean =>
    dtype === table.dtype &&
    sameShape(shape, table.shape) &&
    Array.from(data).every((x, i) => x === table.data[i]);
  return [...tensors].flatMap(([name, tensor]) => (COPY.test(name) && isCopy(tensor) ? [name] : []));
}

function isMeaningless(name: string, tensor: RawTensor): boolean {
  if (tensor.data.length !== 1) return false;
  return COUNTER.test(name) || (FACTOR.test(name) && Number(numbersOf(tensor)[0]) === 1);
}

/** Returns the values of a tensor as numbers, each exactly as stored. */
export function numbersOf({ dtype, data }: RawTensor): ArrayLike<number | bigint> {
  if (dtype === 'F16') return fromHalf(data as Uint16Array);
  if (dtype === 'BF16') return fromBfloat16(data as Uint16Array);
  return data;
}

const quoted = (text: string): string => JSON.stringify(text);
