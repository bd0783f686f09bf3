import type { Tagged } from '@grokscope/base';

/** Why given weights cannot be a model's: which tensor, what it is, what is wanted. */
export interface WeightsError extends Tagged<'WeightsError'> {
  readonly tensor: string;
  readonly message: string;
}
