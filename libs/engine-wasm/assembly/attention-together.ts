// Attention and its mixings example by example, so that what one instruction writes of an example is in the cache for
// the next.
import { FOLLOWERS, Opcode, OWN, OWN_ALIGNMENT, OWN_RESULT, OWN_WEIGHTS, WORDS } from '../src/opcodes';
import { attentionValuesOf, attentionValuesTransposedOf } from './attention-values';
import { attentionScoresOf } from './attention-scores';
import { take, takenEnd } from './take';
import { address, word } from './words';

/**
 * The scores at `at` and the mixings that follow them, as thread `t`. Weights [B·Tq, H·Tk] that each thread keeps for
 * itself are [Tq, H·Tk], those of its current example. Threads take examples in turn.
 */
export function attentionTogether(at: usize, t: i32, threads: i32): void {
  const last = at + (<usize>(word(at, FOLLOWERS) * WORDS) << 2);
  const nQueries = word(at, 6);
  const examples = word(at, 4) / nQueries;
  const bytes = <usize>(nQueries * word(at, 5) * word(at, 7)) << 2;
  const own = <usize>t * ((bytes + OWN_ALIGNMENT - 1) & ~(OWN_ALIGNMENT - 1));
  for (let first = take(at, examples, 0, threads, 1); first >= 0; first = take(at, examples, 0, threads, 1)) {
    for (let example = first; example < takenEnd; ++example) {
      const all = <usize>example * bytes;
      const y = address(at, 1) + (word(at, OWN) == OWN_RESULT ? own : all);
      attentionScoresOf(at, address(at, 10) + <usize>t * address(at, 11), example, y);
      for (let p = at + (WORDS << 2); p <= last; p += WORDS << 2) {
        const a = address(p, 2) + (word(p, OWN) == OWN_WEIGHTS ? own : all);
        if (word(p, 0) == Opcode.AttentionValues) attentionValuesOf(p, example, a);
        else attentionValuesTransposedOf(p, example, a);
      }
    }
  }
}
