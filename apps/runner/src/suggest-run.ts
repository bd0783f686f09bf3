import * as E from 'fp-ts/lib/Either.js';
import { nearest } from '@grokscope/base';
import type { StoreError } from '@grokscope/store';
import { describeStoreError, listRuns } from '@grokscope/store';
import type { CliError } from './errors.js';
import { usage } from './errors.js';
import { commandLine, runsOption } from './paste.js';

/** States of runs that `run --resume` takes. */
const RESUMABLE: ReadonlySet<string> = new Set(['interrupted', 'stale', 'stopped']);

/**
 * Returns the error of a command on a run with a suggestion: the run that was probably meant if there is none of that
 * id, or how to continue one that is not live.
 */
export async function withSuggestion(error: StoreError, runsDir: string, runId: string): Promise<CliError> {
  if (error._tag === 'RunNotLive' && RESUMABLE.has(error.state)) {
    const again = commandLine('run', '--resume', runId, ...runsOption(runsDir));
    return usage(`${describeStoreError(error)}; \`${again}\` goes on with it`);
  }
  if (error._tag === 'RunHeld') {
    const stop = commandLine('stop', runId, ...runsOption(runsDir));
    return { _tag: 'Failed', message: `${describeStoreError(error)}; \`${stop}\` ends it` };
  }
  if (error._tag !== 'RunNotFound') return { _tag: 'Store', error };
  const runs = await listRuns(runsDir)();
  const ids = E.isRight(runs) ? runs.right.map((run) => run.runId) : [];
  const meant = ids.find((id) => id.startsWith(runId)) ?? nearest(runId, ids);
  const next =
    meant !== undefined
      ? `did you mean ${meant}?`
      : ids.length === 0
        ? 'it has none; --runs names another folder'
        : `\`${commandLine('runs', ...runsOption(runsDir))}\` lists those there are`;
  return usage(`${describeStoreError(error)}; ${next}`);
}
