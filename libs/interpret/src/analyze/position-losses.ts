import type { Dataset } from '@grokscope/tasks';
import type { Look, Subject } from '../measures/measure.js';
import { rowLosses } from '../network/loss.js';

/** The shortest window whose early and late tokens are told apart. */
const SHORTEST = 10;

/** Needs a task that asks for the next token after every one, in windows of some length. */
export const whyNoText = ({ dataset: { positionsVary, nScored, nCtx } }: Subject): string | undefined => {
  if (positionsVary || nScored !== nCtx) return 'the task does not ask for the next token after every one';
  return nCtx < SHORTEST ? `windows of ${nCtx} tokens have no early and late ones` : undefined;
};

const known = new WeakMap<Look, Float64Array>();

/**
 * `[nCtx]` the mean loss at each position of the examples not trained on, or of all where there are no others, in nats.
 * Computed once for each look.
 */
export function positionLosses(look: Look): Float64Array | undefined {
  const found = known.get(look);
  if (found || !look.logits) return found;
  const losses = meansByPosition(
    look.dataset,
    rowLosses(look.logits, look.dataset.dVocabOut, look.dataset.labels),
  );
  known.set(look, losses);
  return losses;
}

function meansByPosition(
  { nScored, testIndices, trainIndices }: Dataset,
  losses: Float64Array,
): Float64Array {
  const examples = testIndices.length > 0 ? testIndices : trainIndices;
  const sums = new Float64Array(nScored);
  for (const example of examples)
    for (let at = 0; at < nScored; at++) sums[at] += losses[example * nScored + at];
  return sums.map((sum) => sum / examples.length);
}
