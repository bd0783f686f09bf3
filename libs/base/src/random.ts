import { invariant } from './errors.js';

/**
 * A seeded stream of pseudo-random numbers: the same seed gives the same stream on every platform.
 *
 * The generator is sfc32 (Chris Doty-Humphrey's "small fast counting" generator of PractRand: 128 bits of
 * state, one word of which is a counter, so every period is at least 2^32), its state filled from the seed by
 * splitmix32 steps. Not for cryptography.
 */
export interface Random {
  /** A uniform integer in [0, 2^32). */
  nextUint32(): number;
  /** A uniform float64 in [0, 1) with 53 random bits; takes two words. */
  nextFloat(): number;
  /** A uniform integer in [0, bound), unbiased by rejection; bound is an integer in [1, 2^32]. */
  nextBelow(bound: number): number;
  /**
   * A standard normal float64 by the Box–Muller transform: with u in (0, 1] and v in [0, 1),
   * √(−2 ln u)·cos 2πv, and on the next call √(−2 ln u)·sin 2πv.
   */
  nextNormal(): number;
  /**
   * A new stream named `label`. It depends only on this stream's seed and labels, never on how many numbers were drawn,
   * so an additional draw in one place changes nothing elsewhere.
   */
  split(label: string): Random;
}

type Key = readonly [number, number, number];

/** One splitmix32 step: a bijective mixing of 32 bits (the finaliser of MurmurHash3 with a Weyl increment). */
function mix(word: number): number {
  let h = (word + 0x9e3779b9) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Stirs one more word into a key; every word of the key depends on every word stirred in before. */
function stir([a, b, c]: Key, word: number): Key {
  const x = mix(a ^ word);
  const y = mix(b ^ x);
  const z = mix(c ^ y);
  return [mix(x ^ z), y, z];
}

class Sfc32 implements Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;
  /** The second value of the last Box–Muller pair, kept for the next call. */
  private spare: number | undefined;

  constructor(private readonly key: Key) {
    [this.a, this.b, this.c] = key;
    // The author's advice: the first outputs are still close to the seed.
    for (let i = 0; i < 15; i++) this.nextUint32();
  }

  nextUint32(): number {
    const out = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + out) | 0;
    return out >>> 0;
  }

  nextFloat(): number {
    const high = this.nextUint32() >>> 5;
    const low = this.nextUint32() >>> 6;
    return (high * 0x4000000 + low) / 0x20000000000000;
  }

  nextBelow(bound: number): number {
    invariant(
      Number.isInteger(bound) && bound >= 1 && bound <= 0x100000000,
      `nextBelow: bound must be an integer in [1, 2^32], got ${bound}`,
    );
    // Words at or above the largest multiple of bound would favour small remainders.
    const limit = 0x100000000 - (0x100000000 % bound);
    let word = this.nextUint32();
    while (word >= limit) word = this.nextUint32();
    return word % bound;
  }

  nextNormal(): number {
    if (this.spare !== undefined) {
      const value = this.spare;
      this.spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.nextFloat()));
    const angle = 2 * Math.PI * this.nextFloat();
    this.spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  split(label: string): Random {
    let key = stir(this.key, label.length);
    for (let i = 0; i < label.length; i++) key = stir(key, label.charCodeAt(i));
    return new Sfc32(key);
  }
}

/** Throws unless `seed` is an integer in [0, 2^53). */
export function checkSeed(seed: number): void {
  invariant(
    Number.isSafeInteger(seed) && seed >= 0,
    `a seed must be an integer of at least 0 and below 2^53, got ${seed}`,
  );
}

/** A stream for `seed`, an integer in [0, 2^53); throws on anything else. */
export function createRandom(seed: number): Random {
  checkSeed(seed);
  const key: Key = [0x6a09e667, 0xbb67ae85 | 0, 0x3c6ef372];
  return new Sfc32(stir(stir(key, seed >>> 0), Math.floor(seed / 0x100000000)));
}

/**
 * Shuffles `items` in place, every order equally likely as far as the generator can tell (Fisher–Yates from
 * the end), and returns them.
 */
export function shuffle<T extends { [index: number]: number; readonly length: number }>(
  items: T,
  random: Random,
): T {
  for (let i = items.length - 1; i >= 1; i--) {
    const j = random.nextBelow(i + 1);
    const held = items[i]!;
    items[i] = items[j]!;
    items[j] = held;
  }
  return items;
}
