import { left, right } from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { NotesChange, RunCommand } from '@grokscope/schema';
import type { Observable } from 'rxjs';
import { fromEvent, merge } from 'rxjs';
import type { Order } from '../view/address.js';
import type { Api, ApiError, RunNotes, RunSummary } from '../connection/api.js';
import type { Watch } from '../connection/connection.js';
import { connectRun } from '../connection/connection.js';
import type { RunFact } from './run-state.js';
import { browserSocket, socketUrl } from '../connection/socket.js';
import { createSavedWeights } from './saved-weights.js';
import { trainInPage } from '../trainer/train-in-page.js';
import type { WeightSet } from './weight-set.js';

/** Where a run is computed: by a server, which stores it, or by this page, which does not. */
export type RunHost = 'server' | 'page';

/** What the page requests from a run while it follows it. */
export interface RunWishes {
  /** The wanted tensors; a run in the page emits all its weights at its own pace. */
  readonly watch$: Observable<Watch>;
  readonly commands$: Observable<RunCommand>;
  /** Each value means "try again now if you are waiting". */
  readonly wake$: Observable<unknown>;
}

/** How notes are read and changed. */
export interface NotesAccess {
  readonly read: TaskEither<ApiError, RunNotes>;
  readonly change: (change: NotesChange) => TaskEither<ApiError, RunNotes>;
}

/** Where a run's facts come from and its commands go: all that the page knows of where it is computed. */
export interface RunSource {
  readonly place: RunHost;
  readonly runId: string;
  /** The run's facts; cold. For a run in the page, subscribing starts it and unsubscribing ends it. */
  readonly facts$: (wishes: RunWishes) => Observable<RunFact>;
  /** The state that others report while the run is silent; null if nobody else knows of it. */
  readonly ask: TaskEither<ApiError, RunSummary> | null;
  /** The note and tags of the run, to be read and changed; null if they are not kept. */
  readonly notes: NotesAccess | null;
  /** The kept weights of a step, one of the run's saved steps. */
  readonly weightsAt: (step: number) => TaskEither<ApiError, WeightSet>;
}

/** A run of the server this page came from. */
export const serverRun = (runId: string, token: string | undefined, api: Api): RunSource => ({
  place: 'server',
  runId,
  ask: api.run(runId),
  notes: { read: api.run(runId), change: (change) => api.changeNotes(runId, change) },
  weightsAt: (step) => api.weights(runId, step),
  facts$: ({ watch$, commands$, wake$ }) => {
    return connectRun({
      runId,
      token,
      pastSince: async (since) => {
        const past = await api.past(runId, since)();
        return past._tag === 'Right' ? past.right : null;
      },
      openSocket: browserSocket(socketUrl(document.baseURI)),
      watch$,
      commands$,
      wake$: merge(wake$, fromEvent(window, 'online')),
    });
  },
});

/** A run entirely inside this page, named after its preset. */
export const inPageRun = (order: Order): RunSource => {
  const saved = createSavedWeights();
  return {
    place: 'page',
    runId: order.preset,
    ask: null,
    notes: null,
    weightsAt: (step) => async () => {
      const kept = saved.get(step);
      if (kept) return right(kept);
      const message = `the weights of step ${step} are no longer kept: this page keeps a bounded number`;
      return left({ _tag: 'Refused', status: 404, problems: [{ message }] });
    },
    facts$: ({ commands$ }) => trainInPage({ runId: order.preset, order, saved, commands$ }),
  };
};
