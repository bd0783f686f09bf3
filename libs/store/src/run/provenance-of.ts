import type { Provenance, RunSpec, RunSummary } from '@grokscope/schema';
import type { RunRecord } from './run-record.js';

/** What a run's record says of its beginning, besides its spec. */
export type RunOrigin = Pick<Provenance, 'initialWeights' | 'rewrites'>;

/** A run that starts as its spec says. */
export const ownOrigin: RunOrigin = { initialWeights: null, rewrites: true };

/** The origin of a recorded run; of weights whose sum was not kept, the name of their file tells them apart. */
export const originOf = ({ initFrom, initialWeights, rewrites }: RunRecord): RunOrigin => ({
  initialWeights: initialWeights ?? initFrom ?? null,
  rewrites: rewrites ?? true,
});

/** Everything that shaped a run: its spec, and what its line of the list says beside that. */
export const provenanceOf = (
  spec: RunSpec,
  { initialWeights, rewrites, engine, threads, changes }: RunSummary,
): Provenance => ({ spec, initialWeights, rewrites, engine, threads, changes });
