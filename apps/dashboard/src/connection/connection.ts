import type { SchedulerLike } from 'rxjs';
import { EMPTY, Observable, Subscription, asyncScheduler } from 'rxjs';
import type { ClientMessage, RunCommand, RunEvent } from '@grokscope/schema';
import type { OpenSocket, Socket } from './socket.js';
import type { Tensor, UnreadEvent } from './wire.js';
import { decodeMessage, decodeTensor } from './wire.js';

export type ConnectionState =
  | { readonly status: 'connecting' }
  | { readonly status: 'open' }
  /**
   * Not connected; the next attempt follows after `retryInMs` (Infinity: none). `lastHeardAt`: epoch ms, null if never.
   */
  | { readonly status: 'waiting'; readonly retryInMs: number; readonly lastHeardAt: number | null };

export type ConnectionFact =
  | { readonly kind: 'connection'; readonly state: ConnectionState }
  | { readonly kind: 'event'; readonly event: RunEvent }
  /** The outline of the events up to `seq` that were not seen before: see `PastEvents`. */
  | { readonly kind: 'past'; readonly seq: number; readonly events: readonly RunEvent[] }
  | { readonly kind: 'caughtUp'; readonly seq: number }
  | { readonly kind: 'tensor'; readonly tensor: Tensor }
  /** The server skipped this many tensors of a name: this connection was too slow for them. */
  | { readonly kind: 'skipped'; readonly name: string; readonly count: number }
  /** The server, or this page, refused something; `code` is the server's, or `badMessage`, `notConnected`. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

/** The past of a run: a selection of its measurements that shows its curves, and every other fact. */
export interface PastEvents {
  readonly seq: number;
  readonly events: readonly RunEvent[];
}

/** Tensors to be shown, by name, at this interval in steps or longer. */
export interface Watch {
  readonly names: string[];
  readonly everySteps: number;
}

export interface ConnectionOptions {
  readonly runId: string;
  readonly openSocket: OpenSocket;
  /** Tensors to receive, at this interval in steps or longer: each value replaces the previous one. */
  readonly watch$?: Observable<Watch>;
  readonly token?: string | undefined;
  /**
   * The past after the event `since` (null: all of it), requested whenever a connection opens, so that a long one is
   * not replayed event by event; null if it is not available, in which case it is replayed.
   */
  readonly pastSince?: (since: number | null) => Promise<PastEvents | null>;
  readonly commands$?: Observable<RunCommand>;
  /** Each value means "try again now if you are waiting" (the network came back, a button was pressed). */
  readonly wake$?: Observable<unknown>;
  /** Milliseconds before the n-th consecutive attempt (n from 1). */
  readonly backoffMs?: (attempt: number) => number;
  readonly pingEveryMs?: number;
  readonly scheduler?: SchedulerLike;
}

const defaultBackoff = (attempt: number): number => Math.min(500 * 2 ** (attempt - 1), 10_000);

/**
 * One run's facts over one WebSocket at a time, for as long as there is a subscriber: cold; subscribing connects,
 * unsubscribing closes. A lost or silent connection is reopened with growing delays and requests the events after the
 * last one seen, so every event arrives once and in order, or is among those that `pastSince` summarises. It neither
 * errors nor completes: failures are emitted as facts. If refused as `unauthorized`, it does not retry by itself.
 *
 * @example connectRun({ runId, openSocket }).subscribe((fact) => …)
 */
export const connectRun = (options: ConnectionOptions): Observable<ConnectionFact> =>
  new Observable<ConnectionFact>((subscriber) => {
    const { runId, token, scheduler = asyncScheduler, pingEveryMs = 10_000 } = options;
    const backoffMs = options.backoffMs ?? defaultBackoff;
    const all = new Subscription();
    let timers = new Subscription();
    let socket: Socket | null = null;
    let isOpen = false;
    let lastSeq: number | null = null;
    let lastHeardAt: number | null = null;
    let attempt = 0;
    let resyncing = false;
    let watch: Watch | null = null;

    const tell = (message: ClientMessage): void => socket?.send(JSON.stringify(message));
    const subscribeToRun = (): void =>
      tell({ type: 'subscribe', runId, ...(lastSeq === null ? {} : { since: lastSeq }) });
    /** Catches up with one request, then subscribes to what follows. */
    const catchUp = async (isCurrent: () => boolean): Promise<void> => {
      const past = await (options.pastSince?.(lastSeq) ?? null);
      if (!isCurrent()) return;
      if (past !== null && past.seq > (lastSeq ?? -1)) {
        lastSeq = past.seq;
        subscriber.next({ kind: 'past', ...past });
      }
      subscribeToRun();
    };
    const tellWatch = (): void => {
      if (watch) tell({ type: 'watch', runId, ...watch });
    };
    const restartTimers = (): void => {
      timers.unsubscribe();
      timers = new Subscription();
    };

    const takeEvent = (event: RunEvent | UnreadEvent): void => {
      attempt = 0;
      if (event.runId !== runId) return;
      const expected = lastSeq === null ? 0 : lastSeq + 1;
      if (event.seq < expected) return;
      if (event.seq > expected) {
        // A gap: request once what is missing, and accept nothing until it has arrived.
        if (!resyncing) {
          resyncing = true;
          tell({ type: 'unsubscribe', runId });
          subscribeToRun();
        }
        return;
      }
      resyncing = false;
      lastSeq = event.seq;
      if (event.type !== 'unread') subscriber.next({ kind: 'event', event });
      else subscriber.next({ kind: 'refused', code: 'badMessage', message: event.problem });
    };

    const takeText = (text: string): void => {
      const decoded = decodeMessage(text);
      if (decoded._tag === 'Left') {
        subscriber.next({ kind: 'refused', code: 'badMessage', message: decoded.left.message });
        return;
      }
      const message = decoded.right;
      switch (message.type) {
        case 'event':
          takeEvent(message.event);
          return;
        case 'caughtUp':
          attempt = 0;
          if (message.runId === runId) subscriber.next({ kind: 'caughtUp', seq: message.seq });
          return;
        case 'error':
          subscriber.next({ kind: 'refused', code: message.code, message: message.message });
          if (message.code === 'unauthorized') giveUp();
          return;
        case 'pong':
          return;
        default:
          message satisfies never;
      }
    };

    const takeFrame = (frame: ArrayBuffer): void => {
      const decoded = decodeTensor(frame);
      if (decoded._tag === 'Left') {
        subscriber.next({ kind: 'refused', code: 'badMessage', message: decoded.left.message });
      } else if (decoded.right.runId === runId) {
        const { name, skipped: count } = decoded.right;
        if (count !== undefined) subscriber.next({ kind: 'skipped', name, count });
        subscriber.next({ kind: 'tensor', tensor: decoded.right });
      }
    };

    const waitAndRetry = (): void => {
      restartTimers();
      attempt += 1;
      const retryInMs = backoffMs(attempt);
      subscriber.next({ kind: 'connection', state: { status: 'waiting', retryInMs, lastHeardAt } });
      timers.add(scheduler.schedule(connect, retryInMs));
    };

    /** The same token would be refused for ever; only `wake$` retries. */
    const giveUp = (): void => {
      restartTimers();
      dropSocket();
      const state = { status: 'waiting', retryInMs: Infinity, lastHeardAt } as const;
      subscriber.next({ kind: 'connection', state });
    };

    const dropSocket = (): void => {
      const dead = socket;
      socket = null;
      isOpen = false;
      dead?.close();
    };

    /** Pings now and then; a socket that answered nothing for two pings is dead although it looks open. */
    const keepAlive = (): void => {
      const beat = (): void => {
        if (lastHeardAt !== null && scheduler.now() - lastHeardAt > 2.5 * pingEveryMs) {
          dropSocket();
          waitAndRetry();
          return;
        }
        tell({ type: 'ping' });
        timers.add(scheduler.schedule(beat, pingEveryMs));
      };
      timers.add(scheduler.schedule(beat, pingEveryMs));
    };

    function connect(): void {
      restartTimers();
      resyncing = false;
      subscriber.next({ kind: 'connection', state: { status: 'connecting' } });
      // Handlers belong to one socket: messages of an abandoned one are ignored.
      let mine: Socket | null = null;
      const isCurrent = (): boolean => mine !== null && socket === mine;
      mine = options.openSocket({
        opened: () => {
          if (!isCurrent()) return;
          isOpen = true;
          lastHeardAt = scheduler.now();
          if (token !== undefined) tell({ type: 'auth', token });
          if (options.pastSince === undefined) subscribeToRun();
          else void catchUp(isCurrent);
          tellWatch();
          subscriber.next({ kind: 'connection', state: { status: 'open' } });
          keepAlive();
        },
        received: (data) => {
          if (!isCurrent()) return;
          lastHeardAt = scheduler.now();
          if (typeof data === 'string') takeText(data);
          else takeFrame(data);
        },
        closed: () => {
          if (!isCurrent()) return;
          socket = null;
          isOpen = false;
          waitAndRetry();
        },
      });
      socket = mine;
    }

    all.add(
      (options.commands$ ?? EMPTY).subscribe((command) => {
        if (isOpen) tell({ type: 'command', runId, ...command, by: 'page' });
        else {
          const message = 'Not connected: the run did not hear that.';
          subscriber.next({ kind: 'refused', code: 'notConnected', message });
        }
      }),
    );
    all.add(
      (options.watch$ ?? EMPTY).subscribe((wanted) => {
        watch = wanted;
        if (isOpen) tellWatch();
      }),
    );
    all.add(
      (options.wake$ ?? EMPTY).subscribe(() => {
        if (socket === null) connect();
      }),
    );
    connect();
    return () => {
      all.unsubscribe();
      timers.unsubscribe();
      dropSocket();
    };
  });
