import * as E from 'fp-ts/lib/Either.js';
import { Observable } from 'rxjs';
import { SessionFailure } from '../errors.js';
import type { RunRegistry } from './registry.js';
import { RunFeed } from './run-feed.js';

/** The feeds of the runs that clients follow: one for each run, shared by all its followers. */
export interface RunFeeds {
  /**
   * The feed of a run, kept until it is unsubscribed. Emits once and does not complete; errors with a `SessionFailure`
   * if there is no such run, or it cannot be read.
   */
  readonly use: (runId: string) => Observable<RunFeed>;
}

interface SharedFeed {
  readonly feed: RunFeed;
  users: number;
}

/** Opens no feed before it is used. */
export function createFeeds(registry: RunRegistry): RunFeeds {
  const shared = new Map<string, SharedFeed>();
  return {
    use: (runId) =>
      new Observable((subscriber) => {
        let mine: SharedFeed | undefined;
        void registry
          .open(runId)()
          .then((reader) => {
            if (subscriber.closed) return;
            if (E.isLeft(reader)) return subscriber.error(new SessionFailure(reader.left));
            mine = shared.get(runId);
            if (mine === undefined || mine.feed.isClosed) {
              mine = { feed: new RunFeed(reader.right, () => registry.own(runId)), users: 0 };
              shared.set(runId, mine);
            }
            mine.users += 1;
            subscriber.next(mine.feed);
          });
        return () => {
          if (mine === undefined) return;
          mine.users -= 1;
          if (mine.users > 0) return;
          mine.feed.close();
          if (shared.get(runId) === mine) shared.delete(runId);
        };
      }),
  };
}
