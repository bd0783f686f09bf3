import type { Provenance, RunSpec, RunSummary } from '@grokscope/schema';
import type { RunRecord } from './run-record.js';

/** What a run's record contains about its beginning, besides its spec. */
export type RunOrigin = Pick<Provenance, 'initialWeights' | 'rewrites'>;

/** The origin of a run that starts exactly from its spec. */
export const ownOrigin: RunOrigin = { initialWeights: null, rewrites: true };

/** The origin of a recorded run; if the weights' checksum was not kept, the name of their file identifies them. */
export const originOf = ({ initFrom, initialWeights, rewrites }: RunRecord): RunOrigin => ({
  initialWeights: initialWeights ?? initFrom ?? null,
  rewrites: rewrites ?? true,
});

/** Everything that shaped a run: its spec, and what its line of the list contains besides. */
export const provenanceOf = (
  spec: RunSpec,
  { initialWeights, rewrites, engine, threads, changes }: RunSummary,
): Provenance => ({ spec, initialWeights, rewrites, engine, threads, changes });
