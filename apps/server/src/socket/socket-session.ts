import * as E from 'fp-ts/lib/Either.js';
import { Observable, Subscription, mergeMap } from 'rxjs';
import type { RawData, WebSocket } from 'ws';
import type { ClientMessage } from '@grokscope/schema';
import { decodeClientMessage, formatSpecErrors } from '@grokscope/schema';
import { beyondReading } from '../access/bounded-json.js';
import type { ServerError } from '../errors.js';
import { SessionFailure, httpError } from '../errors.js';
import { Outbox } from './outbox.js';
import { Pace } from '../access/pace.js';
import type { RunFeed } from '../registry/run-feed.js';
import type { RunFeeds } from '../registry/run-feeds.js';
import { RunFollower } from '../registry/run-follower.js';
import type { RunRegistry } from '../registry/registry.js';
import { watchTensors } from './watch-tensors.js';

/** A longer message is answered with an error. */
export const MAX_MESSAGE_BYTES = 64 * 1024;
/** The most runs that a client may follow at once. */
const MAX_RUNS = 64;
/** A client that sends nothing valid is disconnected after this time. */
const AUTH_WITHIN_MS = 10_000;
/** The protocol's close code for a client without access. */
const POLICY_VIOLATION = 1008;

/** What a session needs of the server. */
export interface SessionDeps {
  readonly registry: RunRegistry;
  readonly feeds: RunFeeds;
  /** Whether a token is the right one; counts the wrong ones. */
  readonly tryToken: (token: string) => boolean;
  /** Whether the request that opened the socket carried the token, or none is required. */
  readonly isAuthorized: boolean;
}

/** Serves one client over one WebSocket until it closes, and then releases everything it follows. */
export function serveSocket(socket: WebSocket, deps: SessionDeps): void {
  const session = new SocketSession(socket, deps);
  socket.on('message', (data, isBinary) => session.receive(data, isBinary));
  socket.on('close', () => session.close());
  // Too long for the protocol's own limit, or no longer a valid WebSocket: the socket closes itself.
  socket.on('error', () => undefined);
}

/** A run that a client follows; `feed` is set once the run is open. */
interface FollowedRun {
  readonly subscription: Subscription;
  feed?: RunFeed;
}

class SocketSession {
  private readonly outbox: Outbox;
  private readonly pace: Pace;
  private readonly followed = new Map<string, FollowedRun>();
  private readonly watched = new Map<string, FollowedRun>();
  private readonly authTimer: NodeJS.Timeout | undefined;
  private isAuthorized: boolean;
  private isClosed = false;

  constructor(
    private readonly socket: WebSocket,
    private readonly deps: SessionDeps,
  ) {
    this.pace = new Pace(socket);
    this.outbox = new Outbox(socket, Date.now, (isFull) => this.pace.hold(isFull));
    this.isAuthorized = deps.isAuthorized;
    if (!this.isAuthorized) this.authTimer = setTimeout(() => this.refuse('no token came'), AUTH_WITHIN_MS);
  }

  receive(data: RawData, isBinary: boolean): void {
    // A client that was refused may go on sending until the close is acknowledged.
    if (this.isClosed) return;
    const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
    this.pace.spend(bytes.length);
    if (bytes.length > MAX_MESSAGE_BYTES) {
      return this.complain(
        'messageTooLarge',
        `a message has at most ${MAX_MESSAGE_BYTES} bytes, got ${bytes.length}`,
      );
    }
    if (isBinary) return this.complain('badMessage', 'messages to the server are JSON text, not binary');
    const text = bytes.toString('utf8');
    const excess = beyondReading(text);
    if (excess !== undefined) return this.complain('badMessage', `the message ${excess}`);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return this.complain('badMessage', 'the message is not JSON');
    }
    const message = decodeClientMessage(value);
    if (E.isLeft(message)) return this.complain('badMessage', formatSpecErrors(message.left));
    this.handle(message.right);
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.authTimer);
    this.outbox.close();
    this.pace.close();
    for (const { subscription } of [...this.followed.values(), ...this.watched.values()])
      subscription.unsubscribe();
    this.followed.clear();
    this.watched.clear();
  }

  private handle(message: ClientMessage): void {
    if (message.type === 'auth') return this.authorize(message.token);
    if (!this.isAuthorized) return this.refuse('send {type:"auth", token} first');
    switch (message.type) {
      case 'subscribe':
        return this.follow(message.runId, message.since ?? -1);
      case 'unsubscribe':
        return drop(this.followed, message.runId);
      case 'watch':
        return this.watch(message.runId, message.names, message.everySteps);
      case 'command': {
        const { type: _, runId, ...command } = message;
        void this.deps.registry
          .command(runId, command)()
          .then((told) => {
            if (E.isLeft(told)) this.complainOf(told.left);
          });
        return;
      }
      case 'ping':
        return this.outbox.message({ type: 'pong' });
      default:
        message satisfies never;
    }
  }

  private authorize(token: string): void {
    if (!this.isAuthorized && !this.deps.tryToken(token)) return this.refuse('that is not the token');
    this.isAuthorized = true;
    clearTimeout(this.authTimer);
  }

  private refuse(why: string): void {
    this.complain('unauthorized', `this server requires a token: ${why}`);
    this.socket.close(POLICY_VIOLATION, 'unauthorized');
    this.close();
  }

  private follow(runId: string, since: number): void {
    this.keep(this.followed, runId, (feed) => {
      return new Observable<never>((subscriber) => {
        const onCaughtUp = (seq: number): void => this.outbox.message({ type: 'caughtUp', runId, seq });
        const fail = (error: unknown): void => subscriber.error(error);
        const follower = new RunFollower(feed, since, this.outbox, onCaughtUp, fail);
        return () => follower.close();
      });
    });
  }

  private watch(runId: string, names: readonly string[], everySteps: number): void {
    this.outbox.forget(`${runId} `);
    this.keep(this.watched, runId, (feed) => {
      return new Observable<never>((subscriber) =>
        watchTensors(feed, names, everySteps).subscribe({
          next: (at) =>
            this.outbox.tensor(`${runId} ${at.tensor.name}`, {
              bytes: at.tensor.data.byteLength,
              encode: (skipped) => at.encode(skipped),
            }),
          error: (error) => subscriber.error(error),
        }),
      );
    });
  }

  /** Subscribes, replacing this client's former subscription to that run. */
  private keep(
    kept: Map<string, FollowedRun>,
    runId: string,
    use: (feed: RunFeed) => Observable<never>,
  ): void {
    drop(kept, runId);
    if (kept.size >= MAX_RUNS) dropOver(kept);
    if (kept.size >= MAX_RUNS) {
      return this.complain('tooManySubscriptions', `a connection follows at most ${MAX_RUNS} runs`);
    }
    const followed: FollowedRun = { subscription: new Subscription() };
    kept.set(runId, followed);
    const source$ = this.deps.feeds.use(runId).pipe(
      mergeMap((feed) => {
        followed.feed = feed;
        return use(feed);
      }),
    );
    followed.subscription.add(
      source$.subscribe({
        error: (error: unknown) => {
          if (kept.get(runId) === followed) kept.delete(runId);
          if (error instanceof SessionFailure) this.complainOf(error.error);
          else this.complain('runUnreadable', error instanceof Error ? error.message : String(error));
        },
      }),
    );
  }

  private complain(code: string, message: string): void {
    this.outbox.message({ type: 'error', code, message });
  }

  private complainOf(error: ServerError): void {
    const { code, message } = httpError(error).body.error;
    this.complain(code, message);
  }
}

function drop(kept: Map<string, FollowedRun>, runId: string): void {
  kept.get(runId)?.subscription.unsubscribe();
  kept.delete(runId);
}

/** Makes room: a run that is over will hardly emit again. */
function dropOver(kept: Map<string, FollowedRun>): void {
  for (const [runId, { feed }] of kept) {
    if (feed?.isOver === true) return drop(kept, runId);
  }
}
