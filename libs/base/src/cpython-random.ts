import { checkSeed } from './random.js';

/*
 * Published splits were drawn with CPython's `random` module; this file reproduces their order. Use `createRandom` for
 * anything else.
 */

const STATE_WORDS = 624;
const SHIFT_WORDS = 397;

/** `init_genrand(s)` of mt19937ar.c: the state is filled from one word. */
function seedFromWord(word: number): Uint32Array {
  const state = new Uint32Array(STATE_WORDS);
  state[0] = word;
  for (let i = 1; i < STATE_WORDS; i++) {
    const previous = state[i - 1]! ^ (state[i - 1]! >>> 30);
    state[i] = Math.imul(previous, 1812433253) + i;
  }
  return state;
}

/** `init_by_array(key)` of mt19937ar.c: what CPython calls with the absolute seed's 32-bit words, low first. */
function seedFromKey(key: readonly number[]): Uint32Array {
  const state = seedFromWord(19650218);
  let i = 1;
  let j = 0;
  const advance = (): void => {
    i++;
    if (i >= STATE_WORDS) {
      state[0] = state[STATE_WORDS - 1]!;
      i = 1;
    }
  };
  for (let k = Math.max(STATE_WORDS, key.length); k > 0; k--) {
    const previous = state[i - 1]! ^ (state[i - 1]! >>> 30);
    state[i] = (state[i]! ^ Math.imul(previous, 1664525)) + key[j]! + j;
    advance();
    j = (j + 1) % key.length;
  }
  for (let k = STATE_WORDS - 1; k > 0; k--) {
    const previous = state[i - 1]! ^ (state[i - 1]! >>> 30);
    state[i] = (state[i]! ^ Math.imul(previous, 1566083941)) - i;
    advance();
  }
  state[0] = 0x80000000;
  return state;
}

/** The next state block of MT19937, in place. */
function twist(state: Uint32Array): void {
  for (let i = 0; i < STATE_WORDS; i++) {
    const y = (state[i]! & 0x80000000) | (state[(i + 1) % STATE_WORDS]! & 0x7fffffff);
    state[i] = state[(i + SHIFT_WORDS) % STATE_WORDS]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
  }
}

/**
 * The words that CPython's `random.getrandbits(32)` returns after `random.seed(seed)`, seed an integer in [0, 2^53).
 *
 * Source: Matsumoto and Nishimura, mt19937ar.c; CPython `Modules/_randommodule.c`.
 */
export function cpythonWords(seed: number): () => number {
  checkSeed(seed);
  const high = Math.floor(seed / 0x100000000);
  const state = seedFromKey(high === 0 ? [seed] : [seed >>> 0, high]);
  let next = STATE_WORDS;
  return () => {
    if (next === STATE_WORDS) {
      twist(state);
      next = 0;
    }
    let y = state[next++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  };
}

/**
 * The order of `list(range(n))` in CPython 3 after `random.seed(seed); random.shuffle(list)`.
 *
 * `n` items (integer ≥ 0, below 2^32) and an integer seed in [0, 2^53); returns `[n] int32`, a permutation.
 *
 * Source: CPython `Lib/random.py`: `shuffle` and `_randbelow_with_getrandbits`.
 */
export function cpythonShuffle(n: number, seed: number): Int32Array {
  const nextWord = cpythonWords(seed);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i >= 1; i--) {
    const bound = i + 1;
    const unusedBits = Math.clz32(bound);
    let j = nextWord() >>> unusedBits;
    while (j >= bound) j = nextWord() >>> unusedBits;
    const held = order[i]!;
    order[i] = order[j]!;
    order[j] = held;
  }
  return order;
}
