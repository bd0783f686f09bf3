import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { RunCommand } from '@grokscope/schema';
import type { Observable } from 'rxjs';
import { fromEvent, merge } from 'rxjs';
import type { Order } from './address.js';
import type { Api, ApiError, RunSummary } from './api.js';
import { connectRun } from './connection.js';
import type { RunFact } from './run-state.js';
import { browserSocket } from './socket.js';
import type { Watch } from './trainer/protocol.js';
import { trainInPage } from './trainer/train-in-page.js';

/** Where a run is computed: by a server, which keeps it, or by this page, which does not. */
export type Place = 'server' | 'page';

/** What the page wants of a run while it follows it. */
export interface RunWishes {
  readonly watch: Watch;
  readonly commands$: Observable<RunCommand>;
  /** Each value means "try again now if you are waiting". */
  readonly wake$: Observable<unknown>;
}

/** Where a run's facts come from and its commands go: all that the page knows of who computes it. */
export interface RunSource {
  readonly place: Place;
  readonly runId: string;
  /** The run's facts; cold. For a run in the page subscribing starts it and unsubscribing ends it. */
  readonly facts$: (wishes: RunWishes) => Observable<RunFact>;
  /** What others say of the run while it is silent; null where nobody else knows of it. */
  readonly ask: TaskEither<ApiError, RunSummary> | null;
}

/** A run of the server this page came from. */
export const serverRun = (runId: string, token: string | undefined, api: Api): RunSource => ({
  place: 'server',
  runId,
  ask: api.run(runId),
  facts$: ({ watch, commands$, wake$ }) => {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    return connectRun({
      runId,
      token,
      openSocket: browserSocket(`${scheme}://${location.host}/ws`),
      watch,
      commands$,
      wake$: merge(wake$, fromEvent(window, 'online')),
    });
  },
});

/** A run wholly inside this page, named after its preset. */
export const inPageRun = (order: Order): RunSource => ({
  place: 'page',
  runId: order.preset,
  ask: null,
  facts$: ({ watch, commands$ }) => trainInPage({ runId: order.preset, order, watch, commands$ }),
});
