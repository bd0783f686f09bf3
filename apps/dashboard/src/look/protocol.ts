/** What the page and the workers that look into networks tell each other. */
import type { RunSpec } from '@grokscope/schema';
import type { WeightSet } from '../run/weight-set.js';
import type { Choice, Looks } from './looks.js';

/** `waves`: what moves as a run goes; `parts`: heads, a neuron, an answer; `deep`: everything that is measured. */
export type Depth = 'waves' | 'parts' | 'deep';

export interface LookOrder {
  readonly spec: RunSpec;
  readonly weights: WeightSet;
  readonly choice: Choice;
  /** Whether these are the newest weights of a run that moves; false: of a step that was chosen, or of a run at rest. */
  readonly isLive: boolean;
}

/** `id` counts the orders of one worker up; every answer names the order it is to. */
export type ToLooker = {
  readonly type: 'look';
  readonly id: number;
  readonly depth: Depth;
  readonly order: LookOrder;
};

export type FromLooker =
  /** Some of the looks at a step, as soon as they are made. */
  | { readonly type: 'looks'; readonly id: number; readonly looks: Partial<Looks> }
  /** The order is done; `tookMs` is what it cost. */
  | { readonly type: 'done'; readonly id: number; readonly tookMs: number }
  | { readonly type: 'failed'; readonly id: number; readonly message: string };
