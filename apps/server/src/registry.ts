import { availableParallelism } from 'node:os';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { firstValueFrom } from 'rxjs';
import type { RunSpec } from '@grokscope/schema';
import type { RunIndex, RunReader, RunSummary } from '@grokscope/store';
import { createIndexedCatalogue, createRunId, deleteRun, openRun, sendCommand } from '@grokscope/store';
import type { EngineChoice } from 'grokscope';
import type { ServerError } from './errors.js';
import { refused } from './errors.js';
import type { LiveRun, StartRunProcess } from './live-run.js';
import { startRunProcess } from './live-run.js';
import { TensorHub } from './tensor-hub.js';

/** A run whose process this server started and that still lives. */
export interface OwnRun {
  readonly run: LiveRun;
  readonly hub: TensorHub;
  /** Whether nobody asked for it: it then ends with the server. */
  readonly ofOwnAccord: boolean;
}

/** A run as lists show it. */
export interface ListedRun extends RunSummary {
  /** Whether it can be paused, resumed, stepped, stopped and changed: it is live, whoever started it. */
  readonly controllable: boolean;
}

/**
 * The runs of one folder: those this server started and those of others, finished or not. The folder is the
 * truth; what is kept here is only the connection to the processes of one's own.
 */
export interface RunRegistry {
  readonly runsDir: string;
  readonly list: TE.TaskEither<ServerError, readonly ListedRun[]>;
  readonly get: (runId: string) => TE.TaskEither<ServerError, ListedRun>;
  readonly open: (runId: string) => TE.TaskEither<ServerError, RunReader>;
  /** Starts a run; answers its id once its first event is stored. */
  readonly start: (spec: RunSpec, options?: StartOptions) => TE.TaskEither<ServerError, string>;
  readonly own: (runId: string) => OwnRun | undefined;
  /** The run to send commands to, or why it takes none. */
  readonly controllable: (runId: string) => TE.TaskEither<ServerError, Pick<LiveRun, 'command'>>;
  /** The index of the folder, where there is one. */
  readonly index: () => Promise<RunIndex | undefined>;
  readonly remove: (runId: string) => TE.TaskEither<ServerError, void>;
  /** Live runs this server started. */
  readonly live: () => readonly OwnRun[];
}

/** How to compute a run. */
export interface StartOptions {
  readonly engine?: EngineChoice;
  readonly threads?: number;
  /** Started without being asked for; default false. */
  readonly ofOwnAccord?: boolean;
}

/** More at once than there are cores only slow each other down. */
const MAX_LIVE_RUNS = Math.max(4, availableParallelism());

/** Opens the registry of `runsDir`. */
export function createRegistry(
  runsDir: string,
  startProcess: StartRunProcess = startRunProcess,
): RunRegistry {
  const catalogue = createIndexedCatalogue(runsDir);
  const own = new Map<string, OwnRun>();
  const fromStore = TE.mapLeft((error: Parameters<typeof storeError>[0]): ServerError => storeError(error));
  const listed = (summary: RunSummary): ListedRun => ({
    ...summary,
    controllable: own.has(summary.runId) || (summary.holder !== null && summary.reason === null),
  });

  const get: RunRegistry['get'] = (runId) => TE.map(listed)(fromStore(catalogue.get(runId)));

  const start: RunRegistry['start'] =
    (spec, { ofOwnAccord = false, ...options } = {}) =>
    async () => {
      if (own.size >= MAX_LIVE_RUNS) {
        return E.left(refused(429, 'tooManyRuns', `${own.size} runs are live already; stop one first`));
      }
      const runId = createRunId(spec.name);
      const run = startProcess({ runId, spec, runsDir, ...options });
      own.set(runId, { run, hub: new TensorHub(run), ofOwnAccord });
      const gone = run.exited.then((exit) => {
        own.delete(runId);
        return exit;
      });
      const first = await Promise.race([
        firstValueFrom(run.events$, { defaultValue: null }),
        gone.then(() => null),
      ]);
      if (first !== null) return E.right(runId);
      const { storeError: error, lastWords } = await gone;
      if (error !== null) return E.left(storeError(error));
      return E.left(
        refused(500, 'runFailed', `the run's process ended before its first event: ${lastWords}`),
      );
    };

  const controllable: RunRegistry['controllable'] = (runId) => async () => {
    const mine = own.get(runId);
    if (mine !== undefined) return E.right(mine.run);
    const summary = await get(runId)();
    if (E.isLeft(summary)) return summary;
    const { state, holder } = summary.right;
    if (holder === null) {
      return E.left(refused(409, 'runNotLive', `run "${runId}" is ${state}: it takes no commands`));
    }
    // Its process takes commands from its folder. What cannot be left there shows by nothing happening.
    return E.right({ command: (command) => void sendCommand(runsDir, runId, command)() });
  };

  return {
    runsDir,
    list: TE.map((runs: readonly RunSummary[]) => runs.map(listed))(fromStore(catalogue.list())),
    get,
    open: (runId) => fromStore(openRun(runsDir, runId)),
    start,
    own: (runId) => own.get(runId),
    controllable,
    index: catalogue.index,
    remove: (runId) => fromStore(deleteRun(runsDir, runId)),
    live: () => [...own.values()],
  };
}

function storeError(error: Extract<ServerError, { _tag: 'Store' }>['error']): ServerError {
  return { _tag: 'Store', error };
}
