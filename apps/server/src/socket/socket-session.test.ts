import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { serveSocket } from './socket-session.js';
import type { SessionDeps } from './socket-session.js';

/** A connection that takes everything, and closes on command. */
class FakeSocket extends EventEmitter {
  readonly sent: Record<string, unknown>[] = [];
  readonly bufferedAmount = 0;
  closeCode: number | undefined;
  readonly pause = vi.fn();
  readonly resume = vi.fn();
  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }
  close(code: number): void {
    this.closeCode = code;
    this.emit('close');
  }
  says(message: unknown): void {
    this.emit('message', Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)), false);
  }
}

const DEADLINE_MS = 10_000;
const TOKEN = 'a-token';

let socket: FakeSocket;
const serve = (isAuthorized: boolean): void => {
  const deps = { tryToken: (token: string) => token === TOKEN, isAuthorized } as unknown as SessionDeps;
  serveSocket(socket as unknown as WebSocket, deps);
};
beforeEach(() => {
  vi.useFakeTimers();
  socket = new FakeSocket();
});
afterEach(() => {
  // Whatever happened to the connection, nothing waits for it any more.
  socket.emit('close');
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('a WebSocket where a token is asked for', () => {
  it('has ten seconds to show it, and is then told why and let go', () => {
    serve(false);
    vi.advanceTimersByTime(DEADLINE_MS - 1);
    expect([socket.sent, socket.closeCode]).toEqual([[], undefined]);
    vi.advanceTimersByTime(1);
    expect(socket.sent).toEqual([
      { type: 'error', code: 'unauthorized', message: 'this server requires a token: no token came' },
    ]);
    expect(socket.closeCode).toBe(1008);
  });

  it('gains no time by what it says that is no message', () => {
    serve(false);
    for (let i = 0; i < 9; i++) {
      vi.advanceTimersByTime(DEADLINE_MS / 10);
      socket.says('no json');
    }
    expect(socket.closeCode).toBeUndefined();
    vi.advanceTimersByTime(DEADLINE_MS / 10);
    expect(socket.closeCode).toBe(1008);
  });

  it('may stay once it has shown it, at the last moment too', () => {
    serve(false);
    vi.advanceTimersByTime(DEADLINE_MS - 1);
    socket.says({ type: 'auth', token: TOKEN });
    vi.advanceTimersByTime(10 * DEADLINE_MS);
    socket.says({ type: 'ping' });
    expect([socket.sent, socket.closeCode]).toEqual([[{ type: 'pong' }], undefined]);
  });

  it('is not waited for where the request that opened it brought it', () => {
    serve(true);
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(10 * DEADLINE_MS);
    expect(socket.closeCode).toBeUndefined();
  });
});
