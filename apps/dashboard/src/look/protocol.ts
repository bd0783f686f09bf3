/** Messages between the page and the workers that compute looks. */
import type { RunSpec } from '@grokscope/schema';
import type { WeightSet } from '../run/weight-set.js';
import type { Choice, Looks } from './looks.js';

/** `waves`: what moves during a run; `parts`: heads, a neuron, an answer; `deep`: all measures. */
export type Depth = 'waves' | 'parts' | 'deep';

export interface LookOrder {
  readonly spec: RunSpec;
  readonly weights: WeightSet;
  readonly choice: Choice;
  /** Whether these are the newest weights of a run in progress; false: of a chosen step, or of a run at rest. */
  readonly isLive: boolean;
}

/** `id` numbers the orders to one worker; every reply names its order. */
export type ToLooker = {
  readonly type: 'look';
  readonly id: number;
  readonly depth: Depth;
  readonly order: LookOrder;
};

export type FromLooker =
  /** Some of the looks at a step, as soon as they are computed. */
  | { readonly type: 'looks'; readonly id: number; readonly looks: Partial<Looks> }
  /** The order is complete; `tookMs` is its cost. */
  | { readonly type: 'done'; readonly id: number; readonly tookMs: number }
  | { readonly type: 'failed'; readonly id: number; readonly message: string };
