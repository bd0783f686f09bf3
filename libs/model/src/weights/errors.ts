import type { Tagged } from '@grokscope/base';

/** Why given weights cannot be a model's: the tensor, what it is, and what is wanted. */
export interface WeightsError extends Tagged<'WeightsError'> {
  readonly tensor: string;
  readonly message: string;
}
