import * as E from 'fp-ts/lib/Either.js';
import type { SpecError } from '../decoding/errors.js';
import { specError } from '../decoding/errors.js';
import { didYouMean } from '../decoding/validate.js';

/** The states a run can be in, as lists show them. */
export const runStates = [
  'running',
  'paused',
  'stale',
  'interrupted',
  'completed',
  'stopped',
  'diverged',
  'failed',
] as const;

/** The state of a run as lists show it. */
export type RunState = (typeof runStates)[number];

/** The accuracy from which examples count as learnt: `stepMemorized` and `stepGeneralized` are the first steps with it. */
export const LEARNT_ACCURACY = 0.99;

/** Below this test accuracy a run that had learnt what it is tested on has fallen back (`fall`). */
export const FALLEN_ACCURACY = 0.9;

/** A state by name; Left names the nearest and all there are. */
export function decodeRunState(state: unknown, path = 'state'): E.Either<SpecError, RunState> {
  const known = runStates.find((one) => one === state);
  if (known !== undefined) return E.right(known);
  const allowed = `one of ${runStates.join(', ')}`;
  return E.left(specError(path, state, allowed, `must be ${allowed}${didYouMean(state, runStates)}`));
}
