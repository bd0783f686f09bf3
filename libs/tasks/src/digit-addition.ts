import type { TaskSpecOf } from '@grokscope/schema';
import type { SampledTask } from './sampled-task.js';

/** What the task teaches, for people. */
export const digitAdditionTeaches =
  'long addition: each digit of the sum is a skill of its own, and they are learned one after another';

const [PLUS, EQUALS] = [10, 11];

/**
 * x + y = z with n digits each and n + 1 in the sum: 3n + 3 tokens, most significant digit first, leading zeros
 * written: `0 0 1 2 3 + 0 0 9 9 9 = 0 0 1 1 2 2`. Every digit of x and y is drawn uniformly. The loss reads the n + 1
 * positions from "=" on, whose wanted tokens are the digits of z; the last digit itself is read by nobody.
 *
 * Source: 5-digit addition in *A Mechanistic Interpretability Analysis of Grokking*: 18 tokens,
 * vocabulary 12, loss on the 6 answer tokens.
 */
export function digitAddition({ kind, digits: n }: TaskSpecOf<'digitAddition'>): SampledTask {
  const first = 2 * n + 1;
  return {
    kind,
    teaches: digitAdditionTeaches,
    dVocab: 12,
    dVocabOut: 12,
    nCtx: 3 * n + 3,
    nScored: n + 1,
    positionsVary: false,
    vocabulary: [...'0123456789', '+', '='],
    fixedPositions: Int32Array.from({ length: n + 1 }, (_, at) => first + at),
    nPlaces: 0,
    answers: Int32Array.from({ length: 10 }, (_, digit) => digit),
    draw: (random, { tokens, labels }) => {
      for (let at = 0; at < n; at++) tokens[at] = random.nextBelow(10);
      for (let at = 0; at < n; at++) tokens[n + 1 + at] = random.nextBelow(10);
      tokens[n] = PLUS;
      tokens[first] = EQUALS;
      let carry = 0;
      for (let at = n - 1; at >= 0; at--) {
        const sum = tokens[at]! + tokens[n + 1 + at]! + carry;
        labels[at + 1] = sum % 10;
        carry = Math.floor(sum / 10);
      }
      labels[0] = carry;
      tokens.set(labels, first + 1);
    },
    structureOf: () => ({ kind: 'digits', digits: n }),
  };
}
