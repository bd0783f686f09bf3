import type { Choice } from './looks.js';
import type { Depth, LookOrder } from './protocol.js';

const isSameChoice = (one: Choice, other: Choice): boolean =>
  one.neuron === other.neuron && one.a === other.a && one.b === other.b && one.sequence === other.sequence;

/**
 * Whether the answer to an order may still be shown now that `newest` is what was asked last: of the same network and,
 * where that matters, of the same choice; and of the same step, or both from a run that moves, of which a recent past
 * is better than nothing. So no answer ever takes the place of one to a newer question.
 */
export const isStillWanted = (depth: Depth, order: LookOrder, newest: LookOrder): boolean => {
  if (order.spec !== newest.spec) return false;
  if (depth === 'parts' && !isSameChoice(order.choice, newest.choice)) return false;
  return order.weights.step === newest.weights.step || (order.isLive && newest.isLive);
};
