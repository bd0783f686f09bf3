/** Messages between the page and its trainer (a Web Worker). */
import type { NamedTensor } from '@grokscope/model';
import type { RunCommand, RunEvent } from '@grokscope/schema';
import type { Order } from '../view/address.js';
import type { ApiProblem } from '../connection/api.js';

export type ToTrainer =
  /** `showEvery`: how often weights are wanted, in steps. */
  | { readonly type: 'start'; readonly runId: string; readonly order: Order; readonly showEvery: number }
  | { readonly type: 'command'; readonly command: RunCommand }
  /** The page has received the last tensors; newer ones may follow. */
  | { readonly type: 'taken' };

/** Why there is no run, or no longer one. */
export type TrainerFailure =
  /** The request describes no valid run: all its faults. */
  | { readonly _tag: 'BadOrder'; readonly problems: readonly ApiProblem[] }
  /** This browser cannot compute it. */
  | { readonly _tag: 'NoEngine'; readonly message: string }
  /** The trainer itself is broken or could not be loaded. */
  | { readonly _tag: 'Broken'; readonly message: string };

export type FromTrainer =
  | { readonly type: 'event'; readonly event: RunEvent }
  | { readonly type: 'tensors'; readonly step: number; readonly tensors: readonly NamedTensor[] }
  /** Weights to be kept, as a store would keep them. */
  | { readonly type: 'saved'; readonly step: number; readonly tensors: readonly NamedTensor[] }
  | { readonly type: 'failed'; readonly failure: TrainerFailure }
  /** Nothing more will come; the worker can be ended. */
  | { readonly type: 'done' };
