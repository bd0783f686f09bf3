/** The server's HTTP API, as far as the page uses it; failures are values. */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { Either } from 'fp-ts/lib/Either.js';
import { left, right } from 'fp-ts/lib/Either.js';
import type {
  ErrorBody,
  Fault,
  ListedRun,
  NotesChange,
  NotesConflict,
  PresetDescription,
  RunNotes as AllNotes,
  RunStarted,
  RunState,
} from '@grokscope/schema';
import { runStates } from '@grokscope/schema';
import { decodeSafetensors, formatFormatError } from '@grokscope/formats';
import type { PastEvents } from './connection.js';
import { pastOf } from '../run/past.js';
import type { WeightSet } from '../run/weight-set.js';
import type { Sent } from './wire.js';
import { isFields } from './wire.js';

/** One fault that the server reported, with its place and what is allowed if given. */
export type ApiProblem = Omit<Fault, 'code'>;

export type ApiError =
  | { readonly _tag: 'Unreachable' }
  /** Something answers at this address, but it is not a Grokscope server: only the page's files are served. */
  | { readonly _tag: 'NoServer' }
  | { readonly _tag: 'TokenNeeded' }
  | { readonly _tag: 'Refused'; readonly status: number; readonly problems: readonly ApiProblem[] }
  /** Others have changed what was to be changed; this is their version. */
  | { readonly _tag: 'Conflict'; readonly notes: RunNotes };

/** The note and tags of a run; empty if there are none, without a revision if the server was not asked. */
export type RunNotes = Omit<AllNotes, 'revision'> & Partial<Pick<AllNotes, 'revision'>>;

/** The notes of a run without any. */
export const NO_NOTES: RunNotes = { note: '', tags: [] };

/** How a run began, besides its spec, according to the server's list. */
export type RunOrigin = Pick<ListedRun, 'initialWeights' | 'rewrites'>;

/** One line of the run list, as far as the page shows it; values that the server leaves out are null or `unknown`. */
export interface RunSummary
  extends
    RunNotes,
    Pick<ListedRun, 'runId' | 'name' | 'taskTitle' | 'createdAt' | 'controllable' | 'openable' | 'problem'> {
  readonly state: RunState | 'unknown';
  readonly step: ListedRun['step'] | null;
  readonly steps: ListedRun['steps'] | null;
  readonly testAccuracy: ListedRun['testAccuracy'];
  /** How it began, besides its spec. */
  readonly origin: RunOrigin;
}

const text = (value: unknown): string | undefined =>
  value === undefined || value === null
    ? undefined
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);

const problemOf = (value: unknown): ApiProblem | null => {
  if (!isFields(value)) return null;
  const { message, ...where }: Sent<Fault> = value;
  if (typeof message !== 'string') return null;
  const path = text(where.path);
  const allowed = text(where.allowed);
  return {
    message,
    ...(path === undefined ? {} : { path }),
    ...(allowed === undefined ? {} : { allowed }),
  };
};

/** Every problem in an error body `{error: {code, message, path?, allowed?, errors?: […]}}`. */
export const problemsOf = (body: unknown): ApiProblem[] => {
  const { error }: Sent<ErrorBody> = isFields(body) ? body : {};
  const { errors }: Sent<ErrorBody['error']> = isFields(error) ? error : {};
  const problems = Array.isArray(errors) ? errors.map(problemOf).filter((problem) => problem !== null) : [];
  if (problems.length > 0) return problems;
  const single = problemOf(error);
  return single ? [single] : [];
};

const count = (value: unknown): number | null => (typeof value === 'number' ? value : null);

const notesOf = (value: unknown): RunNotes | null => {
  if (!isFields(value)) return null;
  const { note, tags, revision }: Sent<RunNotes> = value;
  return {
    ...(typeof revision === 'string' ? { revision } : {}),
    note: typeof note === 'string' ? note : '',
    tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [],
  };
};

const conflictOf = ({ notes }: Sent<NotesConflict>): RunNotes | null => notesOf(notes);

const startedOf = (body: unknown): string | null => {
  const { runId }: Sent<RunStarted> = isFields(body) ? body : {};
  return text(runId) ?? null;
};

const summaryOf = (value: unknown): RunSummary | null => {
  if (!isFields(value)) return null;
  const listed: Sent<ListedRun> = value;
  const { runId, name, state, step, steps, testAccuracy, createdAt, controllable, openable, problem } =
    listed;
  if (typeof runId !== 'string') return null;
  const origin = {
    initialWeights: text(listed.initialWeights) ?? null,
    rewrites: listed.rewrites !== false,
  };
  return {
    runId,
    name: text(name) ?? runId,
    ...(typeof listed.taskTitle === 'string' ? { taskTitle: listed.taskTitle } : {}),
    state: runStates.find((known) => known === state) ?? 'unknown',
    step: count(step),
    steps: count(steps),
    testAccuracy: count(testAccuracy),
    createdAt: text(createdAt) ?? '',
    controllable: controllable !== false,
    openable: openable !== false,
    problem: text(problem) ?? null,
    origin,
    ...(notesOf(value) ?? NO_NOTES),
  };
};

/** The run list of `GET /api/runs`, newest first. */
export const runsOf = (body: unknown): RunSummary[] => {
  const runs = Array.isArray(body) ? body.map(summaryOf).filter((run) => run !== null) : [];
  return runs.sort((a, b) => b.createdAt.localeCompare(a.createdAt));
};

/** Whether a run is in progress in some process. */
export const isUnderWay = ({ state }: RunSummary): boolean => state === 'running' || state === 'paused';

/** The run to show if the address names none, given runs newest first: the newest in progress, otherwise the newest. */
export const runToShow = (runs: readonly RunSummary[]): RunSummary | null => {
  const openable = runs.filter((run) => run.openable);
  return openable.find(isUnderWay) ?? openable[0] ?? null;
};

/** The weights in a checkpoint's bytes; bytes that are not a checkpoint are refused like a faulty response. */
export const weightsOf = (step: number, bytes: Uint8Array): Either<ApiError, WeightSet> => {
  const file = decodeSafetensors(bytes);
  if (file._tag === 'Left') {
    return left({ _tag: 'Refused', status: 200, problems: [{ message: formatFormatError(file.left) }] });
  }
  const tensors = Object.entries(file.right.tensors).flatMap(([name, { shape, data }]) =>
    data instanceof Float32Array ? [{ name, shape, data }] : [],
  );
  return right({ step, tensors });
};

/** A preset as lists show it. */
export type PresetLine = Pick<PresetDescription, 'name' | 'teaches'>;

const presetOf = (value: unknown): PresetLine | null => {
  if (!isFields(value)) return null;
  const { name, teaches }: Sent<PresetDescription> = value;
  return typeof name === 'string' && typeof teaches === 'string' ? { name, teaches } : null;
};

const presetsOf = (body: unknown): PresetLine[] | null =>
  Array.isArray(body) ? body.map(presetOf).filter((preset) => preset !== null) : null;

export interface Api {
  /** The presets of the server, those of its own files of parts included. */
  readonly presets: TaskEither<ApiError, PresetLine[]>;
  readonly runs: TaskEither<ApiError, RunSummary[]>;
  readonly run: (runId: string) => TaskEither<ApiError, RunSummary>;
  /** The outline of a run's events after `since` (null: from its beginning). */
  readonly past: (runId: string, since: number | null) => TaskEither<ApiError, PastEvents>;
  /** The stored weights of a step, as the server has them. */
  readonly weights: (runId: string, step: number) => TaskEither<ApiError, WeightSet>;
  /** Changes the notes of a run; returns all of them. */
  readonly changeNotes: (runId: string, change: NotesChange) => TaskEither<ApiError, RunNotes>;
  /** Starts a run; returns its id. */
  readonly start: (preset: string, set: readonly string[]) => TaskEither<ApiError, string>;
}

/**
 * The API of the server that this page came from, wherever a tunnel or proxy puts it: URLs are relative to the page.
 */
export const createApi = (token: string | undefined, fetcher: typeof fetch = fetch): Api => {
  const ask = async (path: string, init?: RequestInit): Promise<Either<ApiError, Response>> => {
    try {
      const headers = {
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...(init?.body ? { 'Content-Type': 'application/json' } : {}),
      };
      const response = await fetcher(path, { ...init, headers });
      if (response.status === 401) return left({ _tag: 'TokenNeeded' });
      // A proxy answers 502–504 for a server that is not running.
      if (response.status >= 502 && response.status <= 504) return left({ _tag: 'Unreachable' });
      return right(response);
    } catch {
      return left({ _tag: 'Unreachable' });
    }
  };
  const refused = ({ status }: Response, body: unknown): Either<ApiError, never> => {
    const notes = status === 409 && isFields(body) ? conflictOf(body) : null;
    return left(
      notes === null ? { _tag: 'Refused', status, problems: problemsOf(body) } : { _tag: 'Conflict', notes },
    );
  };
  const bodyOf = (response: Response): Promise<unknown> => response.json().catch(() => undefined);
  const call =
    <A>(path: string, read: (body: unknown) => A | null, init?: RequestInit): TaskEither<ApiError, A> =>
    async () => {
      const answer = await ask(path, init);
      if (answer._tag === 'Left') return answer;
      const response = answer.right;
      const body = await bodyOf(response);
      // A plain file host answers with an HTML page, found or not; a Grokscope server always with JSON.
      if (body === undefined && response.status < 500) return left({ _tag: 'NoServer' });
      const value = response.ok ? read(body) : null;
      return value === null ? refused(response, body) : right(value);
    };
  const weights =
    (runId: string, step: number): TaskEither<ApiError, WeightSet> =>
    async () => {
      const answer = await ask(`api/runs/${encodeURIComponent(runId)}/checkpoints/${step}`);
      if (answer._tag === 'Left') return answer;
      const response = answer.right;
      if (!response.ok) return refused(response, await bodyOf(response));
      const bytes = await response.arrayBuffer().catch(() => null);
      return bytes === null ? left({ _tag: 'Unreachable' }) : weightsOf(step, new Uint8Array(bytes));
    };
  return {
    presets: call('api/presets', presetsOf),
    runs: call('api/runs', runsOf),
    weights,
    run: (runId) => call(`api/runs/${encodeURIComponent(runId)}`, summaryOf),
    past: (runId, since) =>
      call(
        `api/runs/${encodeURIComponent(runId)}/outline${since === null ? '' : `?since=${since}`}`,
        (body) => pastOf(runId, body),
      ),
    changeNotes: (runId, change) =>
      call(`api/runs/${encodeURIComponent(runId)}/notes`, notesOf, {
        method: 'PATCH',
        body: JSON.stringify(change),
      }),
    start: (preset, set) =>
      call('api/runs', startedOf, {
        method: 'POST',
        body: JSON.stringify({ preset, ...(set.length > 0 ? { set } : {}) }),
      }),
  };
};
