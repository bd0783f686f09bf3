import type { Choice } from './looks.js';
import type { Depth, LookOrder } from './protocol.js';

const isSameChoice = (one: Choice, other: Choice): boolean =>
  one.neuron === other.neuron && one.a === other.a && one.b === other.b && one.sequence === other.sequence;

/**
 * Whether the reply to an order may still be shown when `newest` is the latest request: it must be of the same network
 * and, where that matters, of the same choice; and of the same step, unless both belong to a run in progress, of which
 * a recent past is better than nothing. So a reply never replaces one to a newer request.
 */
export const isStillWanted = (depth: Depth, order: LookOrder, newest: LookOrder): boolean => {
  if (order.spec !== newest.spec) return false;
  if (depth === 'parts' && !isSameChoice(order.choice, newest.choice)) return false;
  return order.weights.step === newest.weights.step || (order.isLive && newest.isLive);
};
