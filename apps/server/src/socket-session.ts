import * as E from 'fp-ts/lib/Either.js';
import { Subscription, defer, map, mergeMap, throwError } from 'rxjs';
import type { Observable } from 'rxjs';
import type { RawData, WebSocket } from 'ws';
import type { ClientMessage } from '@grokscope/schema';
import { decodeClientMessage, formatSpecErrors } from '@grokscope/schema';
import type { RunReader } from '@grokscope/store';
import type { AccessRules } from './access.js';
import { isToken } from './access.js';
import type { ServerError } from './errors.js';
import { httpError } from './errors.js';
import { followRun } from './follow-run.js';
import { Outbox } from './outbox.js';
import type { RunRegistry } from './registry.js';
import { encodeTensorFrame } from './tensor-frame.js';
import { watchTensors } from './watch-tensors.js';

/** A longer message is answered with an error. */
export const MAX_MESSAGE_BYTES = 64 * 1024;
/** A client follows at most so many runs at once. */
const MAX_RUNS = 64;
/** Close code of the protocol for a client that may not be here. */
const POLICY_VIOLATION = 1008;

/** What a session needs of the server. */
export interface SessionDeps {
  readonly registry: RunRegistry;
  readonly rules: AccessRules;
  /** Whether the request that opened the socket carried the token, or none is needed. */
  readonly isAuthorized: boolean;
}

/** Serves one client over one WebSocket until it closes; frees all it follows then. */
export function serveSocket(socket: WebSocket, deps: SessionDeps): void {
  const session = new SocketSession(socket, deps);
  socket.on('message', (data, isBinary) => session.receive(data, isBinary));
  socket.on('close', () => session.close());
  // Too long for the protocol's own limit, or not a WebSocket any more: the socket closes itself.
  socket.on('error', () => undefined);
}

class SocketSession {
  private readonly outbox: Outbox;
  private readonly followed = new Map<string, Subscription>();
  private readonly watched = new Map<string, Subscription>();
  private isAuthorized: boolean;

  constructor(
    private readonly socket: WebSocket,
    private readonly deps: SessionDeps,
  ) {
    this.outbox = new Outbox(socket);
    this.isAuthorized = deps.isAuthorized;
  }

  receive(data: RawData, isBinary: boolean): void {
    const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
    if (bytes.length > MAX_MESSAGE_BYTES) {
      return this.complain(
        'messageTooLarge',
        `a message has at most ${MAX_MESSAGE_BYTES} bytes, got ${bytes.length}`,
      );
    }
    if (isBinary) return this.complain('badMessage', 'messages to the server are JSON text, not binary');
    let value: unknown;
    try {
      value = JSON.parse(bytes.toString('utf8'));
    } catch {
      return this.complain('badMessage', 'the message is not JSON');
    }
    const message = decodeClientMessage(value);
    if (E.isLeft(message)) return this.complain('badMessage', formatSpecErrors(message.left));
    this.handle(message.right);
  }

  close(): void {
    for (const subscription of [...this.followed.values(), ...this.watched.values()])
      subscription.unsubscribe();
    this.followed.clear();
    this.watched.clear();
    this.outbox.close();
  }

  private handle(message: ClientMessage): void {
    if (message.type === 'auth') return this.authorize(message.token);
    if (!this.isAuthorized) {
      this.complain('unauthorized', 'this server asks for a token: send {type:"auth", token} first');
      return this.socket.close(POLICY_VIOLATION, 'unauthorized');
    }
    switch (message.type) {
      case 'subscribe':
        return this.follow(message.runId, message.since ?? -1);
      case 'unsubscribe':
        this.followed.get(message.runId)?.unsubscribe();
        this.followed.delete(message.runId);
        return;
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
    if (this.isAuthorized || isToken(token, this.deps.rules)) {
      this.isAuthorized = true;
      return;
    }
    this.complain('unauthorized', 'that is not the token');
    this.socket.close(POLICY_VIOLATION, 'unauthorized');
  }

  private follow(runId: string, since: number): void {
    const events$ = this.opened(runId).pipe(
      mergeMap((reader) => followRun(reader, this.deps.registry.own(runId), since)),
    );
    this.keep(this.followed, runId, events$, (followed) => {
      if (followed.kind === 'event') this.outbox.message({ type: 'event', event: followed.event });
      else this.outbox.message({ type: 'caughtUp', runId, seq: followed.seq });
    });
  }

  private watch(runId: string, names: readonly string[], everySteps: number): void {
    const tensors$ = this.opened(runId).pipe(
      mergeMap((reader) => watchTensors(reader, this.deps.registry.own(runId), names, everySteps)),
      map(({ step, tensor }) => ({ runId, step, ...tensor })),
    );
    this.keep(this.watched, runId, tensors$, (tensor) =>
      this.outbox.tensor(`${runId} ${tensor.name}`, () => encodeTensorFrame(tensor)),
    );
  }

  /** Subscribes in the place of what this client followed of that run before. */
  private keep<T>(
    kept: Map<string, Subscription>,
    runId: string,
    source$: Observable<T>,
    next: (value: T) => void,
  ): void {
    kept.get(runId)?.unsubscribe();
    kept.delete(runId);
    if (kept.size >= MAX_RUNS) {
      return this.complain('tooManySubscriptions', `a connection follows at most ${MAX_RUNS} runs`);
    }
    const subscription = new Subscription();
    kept.set(runId, subscription);
    const following = source$.subscribe({
      next,
      error: (error: unknown) => {
        if (error instanceof SessionFailure) this.complainOf(error.error);
        else this.complain('runUnreadable', error instanceof Error ? error.message : String(error));
      },
    });
    subscription.add(following);
    // What is over counts no more; where it is over already, this happens at once.
    following.add(() => {
      if (kept.get(runId) === subscription) kept.delete(runId);
    });
  }

  private opened(runId: string): Observable<RunReader> {
    return defer(this.deps.registry.open(runId)).pipe(
      mergeMap((reader) =>
        E.isLeft(reader) ? throwError(() => new SessionFailure(reader.left)) : [reader.right],
      ),
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

/** Carries an expected error through a stream; it never leaves this file. */
class SessionFailure extends Error {
  constructor(readonly error: ServerError) {
    super(error._tag);
  }
}
