import * as E from 'fp-ts/lib/Either.js';
import { nearest } from '@grokscope/base';
import type { StoreError } from '@grokscope/store';
import { listRuns } from '@grokscope/store';
import type { CliError } from './errors.js';
import { usage } from './errors.js';

/** The error of a command on a run, with the run that was probably meant where there is none of that id. */
export async function withSuggestion(error: StoreError, runsDir: string, runId: string): Promise<CliError> {
  if (error._tag !== 'RunNotFound') return { _tag: 'Store', error };
  const runs = await listRuns(runsDir)();
  const ids = E.isRight(runs) ? runs.right.map((run) => run.runId) : [];
  const meant = ids.find((id) => id.startsWith(runId)) ?? nearest(runId, ids);
  return meant === undefined
    ? { _tag: 'Store', error }
    : usage(`there is no run "${runId}" in ${runsDir}; did you mean ${meant}?`);
}
