import type { Tagged } from '@grokscope/base';
import type { FormattableError } from '@grokscope/schema';
import { formatSpecErrors } from '@grokscope/schema';
import type { StoreError } from '@grokscope/store';
import { describeStoreError } from '@grokscope/store';

/** `InvalidSpec` as it goes from process to process: what is thrown arrives there as a bare `Error`. */
export interface SpecRefused extends Tagged<'InvalidSpec'> {
  readonly errors: readonly FormattableError[];
}

/** Why a run was not made, or could not be kept. */
export type RunRefusal = StoreError | SpecRefused;

/** A refusal as one text; every fault of a spec is a line. */
export const describeRefusal = (refusal: RunRefusal): string =>
  refusal._tag === 'InvalidSpec' ? formatSpecErrors(refusal.errors) : describeStoreError(refusal);
