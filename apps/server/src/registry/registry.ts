import { availableParallelism } from 'node:os';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { firstValueFrom } from 'rxjs';
import type {
  ListedRun,
  NotesChange,
  PruneOrder,
  PruneReport,
  RunCommand,
  RunNotes,
  RunSpec,
} from '@grokscope/schema';
import type { RunReader, RunSummary, Series, SeriesQuery } from '@grokscope/store';
import {
  changeNotes,
  createIndexedCatalogue,
  createRunId,
  deleteRun,
  openRun,
  pruneCheckpoints,
  sendCommand,
} from '@grokscope/store';
import { noOwnParts } from 'grokscope';
import type { EngineChoice, OwnParts, RunRefusal } from 'grokscope';
import type { ServerError } from '../errors.js';
import { refused } from '../errors.js';
import type { LiveRun, RunOrder, StartRunProcess } from './live-run.js';
import { startRunProcess } from './live-run.js';
import { strangeFiles } from '../requests/own-files.js';
import { TensorHub } from '../socket/tensor-hub.js';

/** A run whose process this server started and that is still alive. */
export interface OwnRun {
  readonly run: LiveRun;
  readonly hub: TensorHub;
  /** Whether no user started it: it then ends with the server. */
  readonly ofOwnAccord: boolean;
  /** Resolves once its first event is stored, or with the reason why it did not start. */
  readonly begun: Promise<E.Either<ServerError, void>>;
}

/**
 * The runs of one folder: those this server started and those of others, finished or not. The folder is authoritative;
 * this object only holds the connections to the processes of its own runs.
 */
export interface RunRegistry {
  readonly runsDir: string;
  /** What its runs may be made of: the server's own files of parts among the rest. */
  readonly parts: OwnParts;
  readonly list: TE.TaskEither<ServerError, readonly ListedRun[]>;
  readonly get: (runId: string) => TE.TaskEither<ServerError, ListedRun>;
  readonly open: (runId: string) => TE.TaskEither<ServerError, RunReader>;
  /** Starts a run; returns its id once its first event is stored. */
  readonly start: (spec: RunSpec, options?: StartOptions) => TE.TaskEither<ServerError, string>;
  readonly own: (runId: string) => OwnRun | undefined;
  /** Sends a command to a live run, whatever started it; `resume` continues an interrupted one in a new process. */
  readonly command: (runId: string, command: RunCommand) => TE.TaskEither<ServerError, void>;
  /** A part of one curve of a run. */
  readonly series: (runId: string, metric: string, query: SeriesQuery) => TE.TaskEither<ServerError, Series>;
  /** The note and tags of a run. */
  readonly notes: (runId: string) => TE.TaskEither<ServerError, RunNotes>;
  /** Changes the note or tags of a run, live or not; returns all of them. */
  readonly changeNotes: (runId: string, change: NotesChange) => TE.TaskEither<ServerError, RunNotes>;
  /** Deletes checkpoints of a run that is not live, or with `dryRun` only lists them. */
  readonly prune: (runId: string, order: PruneOrder) => TE.TaskEither<ServerError, PruneReport>;
  readonly remove: (runId: string) => TE.TaskEither<ServerError, void>;
  /** Live runs that this server started. */
  readonly live: () => readonly OwnRun[];
  /** From now on no run is started or resumed here: the server is ending. */
  readonly close: () => void;
}

/** How a run is to be computed. */
export interface StartOptions {
  readonly engine?: EngineChoice;
  readonly threads?: number;
  /** Whether it starts without a user's request; default false. */
  readonly ofOwnAccord?: boolean;
}

/** A sweep runs as many runs at once as there are cores; besides it there is room for a few more. */
const MAX_LIVE_RUNS = availableParallelism() + 4;

/** How a registry differs from a server's without options. */
export interface RegistryOptions {
  readonly startProcess?: StartRunProcess;
  /** It starts no run while so many are live in the folder, whoever started them. */
  readonly maxLiveRuns?: number;
  /** The parts of the files that the server was started with. */
  readonly own?: OwnParts;
}

/** Opens the registry of `runsDir`. */
export function createRegistry(
  runsDir: string,
  {
    startProcess = startRunProcess,
    maxLiveRuns = MAX_LIVE_RUNS,
    own: parts = noOwnParts,
  }: RegistryOptions = {},
): RunRegistry {
  const catalogue = createIndexedCatalogue(runsDir);
  const own = new Map<string, OwnRun>();
  let isClosed = false;
  const fromStore = TE.mapLeft(storeError);
  const listed = (summary: RunSummary): ListedRun => ({
    ...summary,
    controllable: own.has(summary.runId) || (summary.holder !== null && summary.reason === null),
  });

  const get: RunRegistry['get'] = (runId) => TE.map(listed)(fromStore(catalogue.get(runId)));

  /** The number of live runs that others started: the command line, a sweep, an earlier server. */
  const countOthers = async (): Promise<E.Either<ServerError, number>> => {
    const before = new Set(own.keys());
    const listing = await fromStore(catalogue.list())();
    // One of this server's own runs that ended meanwhile may still be listed as live.
    const isOther = ({ runId }: RunSummary): boolean => !own.has(runId) && !before.has(runId);
    return E.map((runs: readonly RunSummary[]) => runs.filter((run) => isLive(run) && isOther(run)).length)(
      listing,
    );
  };

  /** Starts the run's process; returns once its first event is stored. */
  const launch = async (order: RunOrder, ofOwnAccord: boolean): Promise<E.Either<ServerError, void>> => {
    const others = await countOthers();
    if (E.isLeft(others)) return others;
    // Nothing is awaited between here and the new entry, so that of two simultaneous requests the second sees the first
    // one's run.
    const rival = own.get(order.runId);
    if (rival !== undefined) return rival.begun;
    if (isClosed) return E.left(refused(503, 'ending', 'the server is ending; it starts nothing any more'));
    const live = own.size + others.right;
    if (live >= maxLiveRuns) {
      return E.left(refused(429, 'tooManyRuns', `${live} runs are live already; stop one first`));
    }
    const run = startProcess(order);
    const mine: OwnRun = { run, hub: new TensorHub(run), ofOwnAccord, begun: beginning(run) };
    own.set(order.runId, mine);
    void run.exited.then(() => {
      if (own.get(order.runId) === mine) own.delete(order.runId);
    });
    return mine.begun;
  };

  const start: RunRegistry['start'] =
    (spec, { ofOwnAccord = false, ...options } = {}) =>
    async () => {
      const runId = createRunId(spec.name);
      const launched = await launch({ runId, spec, runsDir, ...options }, ofOwnAccord);
      return E.isLeft(launched) ? launched : E.right(runId);
    };

  const command: RunRegistry['command'] = (runId, given) => async () => {
    const said: RunCommand = { by: 'api', ...given };
    const mine = own.get(runId);
    if (mine !== undefined && !mine.run.hasEnded()) return E.right(mine.run.command(said));
    // Its process has reported the ending and takes a moment to exit: it accepts no more commands.
    await mine?.run.exited;
    const sent = await sendCommand(runsDir, runId, said)();
    if (E.isRight(sent)) return sent;
    const goesOn = given.command === 'resume' && given.at === undefined;
    if (sent.left._tag !== 'RunNotLive' || !goesOn) return E.left(storeError(sent.left));
    const reader = await openRun(runsDir, runId)();
    if (E.isLeft(reader)) return E.left(storeError(reader.left));
    const { spec } = reader.right.record;
    const strange = strangeFiles(reader.right.record, parts);
    if (strange !== undefined) return E.left(strange);
    return launch({ runId, spec, runsDir, isResumed: true }, false);
  };

  return {
    runsDir,
    parts,
    list: TE.map((runs: readonly RunSummary[]) => runs.map(listed))(fromStore(catalogue.list())),
    get,
    open: (runId) => fromStore(openRun(runsDir, runId)),
    start,
    own: (runId) => own.get(runId),
    command,
    series: (...asked) => fromStore(catalogue.series(...asked)),
    notes: (runId) => fromStore(changeNotes(runsDir, runId, {})),
    changeNotes: (runId, change) => fromStore(changeNotes(runsDir, runId, change)),
    prune: (runId, { dryRun = false, ...policy }) =>
      fromStore(pruneCheckpoints(runsDir, runId, policy, { dryRun })),
    remove: (runId) => fromStore(deleteRun(runsDir, runId)),
    live: () => [...own.values()],
    close: () => {
      isClosed = true;
    },
  };
}

/** Resolves once the first event of a run's process is stored, or with the reason why there is none. */
async function beginning(run: LiveRun): Promise<E.Either<ServerError, void>> {
  const first = firstValueFrom(run.events$, { defaultValue: null });
  const event = await Promise.race([first, run.exited.then(() => null)]);
  if (event !== null) return E.right(undefined);
  const { storeError: error, lastWords } = await run.exited;
  if (error !== null) return E.left(storeError(error));
  return E.left(refused(500, 'runFailed', `the run's process ended before its first event: ${lastWords}`));
}

/** Whether a run takes part of the machine: its process exists and is not silent. */
function isLive({ state }: RunSummary): boolean {
  return state === 'running' || state === 'paused';
}

function storeError(error: RunRefusal): ServerError {
  if (error._tag !== 'InvalidSpec') return { _tag: 'Store', error };
  return { _tag: 'BadInput', code: 'invalidSpec', errors: error.errors };
}
