import type { Tagged } from '@grokscope/base';
import type { FormattableError } from '@grokscope/schema';
import { formatSpecErrors } from '@grokscope/schema';
import type { StoreError } from '@grokscope/store';
import { describeStoreError } from '@grokscope/store';

/** `InvalidSpec` as it is sent between processes: a thrown one would arrive there as a bare `Error`. */
export interface SpecRefused extends Tagged<'InvalidSpec'> {
  readonly errors: readonly FormattableError[];
}

/** Why a run was not created, or could not be kept. */
export type RunRefusal = StoreError | SpecRefused;

/** Returns a refusal as one text, with each fault of a spec on a line of its own. */
export const describeRefusal = (refusal: RunRefusal): string =>
  refusal._tag === 'InvalidSpec' ? formatSpecErrors(refusal.errors) : describeStoreError(refusal);
