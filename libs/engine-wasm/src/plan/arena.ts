/** A value that occupies memory from one step to another, both included. */
export interface Lifetime {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

/** Alignment of every buffer: one cache line. */
export const ALIGNMENT = 64;

/** The next multiple of the alignment. */
export const align = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/**
 * Assigns offsets so that no two values that live at the same time overlap, and returns the size of the arena. Largest
 * first, each at the lowest place that is free for its whole life.
 */
export function planArena<K>(values: ReadonlyMap<K, Lifetime>): {
  offsets: ReadonlyMap<K, number>;
  bytes: number;
} {
  const placed: (Lifetime & { readonly offset: number })[] = [];
  const offsets = new Map<K, number>();
  let end = 0;
  const largestFirst = [...values].sort(([, a], [, b]) => b.bytes - a.bytes || a.first - b.first);
  for (const [key, { bytes, first, last }] of largestFirst) {
    const size = align(bytes);
    const neighbours = placed
      .filter((p) => p.first <= last && first <= p.last)
      .sort((a, b) => a.offset - b.offset);
    let offset = 0;
    for (const p of neighbours) {
      if (offset + size <= p.offset) break;
      offset = Math.max(offset, p.offset + p.bytes);
    }
    placed.push({ bytes: size, first, last, offset });
    offsets.set(key, offset);
    end = Math.max(end, offset + size);
  }
  return { offsets, bytes: end };
}
