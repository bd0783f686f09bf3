import { describe, expect, it } from 'vitest';
import { Subject, VirtualTimeScheduler, of } from 'rxjs';
import type { RunCommand } from '@grokscope/schema';
import type { ConnectionFact, ConnectionOptions, Watch } from './connection.js';
import { connectRun } from './connection.js';
import type { SocketHandlers } from './socket.js';

const RUN = 'run-a';

/** The server's side of one socket. */
interface FakeSocket {
  readonly handlers: SocketHandlers;
  readonly sent: Record<string, unknown>[];
  isClosed: boolean;
}

const event = (seq: number, runId = RUN): string =>
  JSON.stringify({
    type: 'event',
    event: { type: 'checkpoint', runId, seq, time: 't', step: seq, path: 'c' },
  });

/** A page connected to sockets that the test controls, in virtual time. */
const harness = (options: Partial<ConnectionOptions> = {}) => {
  const scheduler = new VirtualTimeScheduler();
  scheduler.maxFrames = 0;
  const sockets: FakeSocket[] = [];
  const facts: ConnectionFact[] = [];
  const subscription = connectRun({
    runId: RUN,
    scheduler,
    openSocket: (handlers) => {
      const socket: FakeSocket = { handlers, sent: [], isClosed: false };
      sockets.push(socket);
      return {
        send: (text) => socket.sent.push(JSON.parse(text) as Record<string, unknown>),
        close: () => (socket.isClosed = true),
      };
    },
    ...options,
  }).subscribe((fact) => facts.push(fact));
  const at = (index: number): FakeSocket => {
    const socket = sockets[index];
    if (!socket) throw new Error(`socket ${index} was never opened`);
    return socket;
  };
  return {
    sockets,
    facts,
    subscription,
    open: (index: number) => at(index).handlers.opened(),
    say: (index: number, data: string | ArrayBuffer) => at(index).handlers.received(data),
    drop: (index: number) => at(index).handlers.closed(),
    sent: (index: number, type: string) => at(index).sent.filter((message) => message['type'] === type),
    pass: (ms: number) => {
      scheduler.maxFrames += ms;
      scheduler.flush();
      scheduler.frame = scheduler.maxFrames;
    },
    seqs: () => facts.flatMap((fact) => (fact.kind === 'event' ? [fact.event.seq] : [])),
    states: () => facts.flatMap((fact) => (fact.kind === 'connection' ? [fact.state.status] : [])),
  };
};

describe('a connection', () => {
  it('subscribes, watches and says that it is open', () => {
    const page = harness({ watch$: of({ names: ['embed.W_E'], everySteps: 10 }) });
    page.open(0);
    expect(page.sockets[0]?.sent).toEqual([
      { type: 'subscribe', runId: RUN },
      { type: 'watch', runId: RUN, names: ['embed.W_E'], everySteps: 10 },
    ]);
    expect(page.states()).toEqual(['connecting', 'open']);
  });

  it('watches what is wanted now, also after a loss', () => {
    const watch$ = new Subject<Watch>();
    const page = harness({ watch$, backoffMs: () => 500 });
    page.open(0);
    watch$.next({ names: ['embed.W_E'], everySteps: 10 });
    watch$.next({ names: ['embed.W_E'], everySteps: 50 });
    expect(page.sent(0, 'watch').map(({ everySteps }) => everySteps)).toEqual([10, 50]);
    page.drop(0);
    page.pass(500);
    page.open(1);
    expect(page.sent(1, 'watch').map(({ everySteps }) => everySteps)).toEqual([50]);
    page.subscription.unsubscribe();
    expect(watch$.observed).toBe(false);
  });

  it('sends the token before anything else', () => {
    const page = harness({ token: 'secret' });
    page.open(0);
    expect(page.sockets[0]?.sent.map((message) => message['type'])).toEqual(['auth', 'subscribe']);
  });

  it('hands on each event once, in order, and ignores other runs', () => {
    const page = harness();
    page.open(0);
    for (const text of [event(0), event(1), event(1), event(0), event(2, 'run-b'), event(2)])
      page.say(0, text);
    expect(page.seqs()).toEqual([0, 1, 2]);
  });

  it('comes back after a loss and takes up where it was: no gap, no double', () => {
    const page = harness({ backoffMs: () => 500 });
    page.open(0);
    page.say(0, event(0));
    page.say(0, event(1));
    page.drop(0);
    expect(page.states()).toEqual(['connecting', 'open', 'waiting']);
    page.pass(499);
    expect(page.sockets).toHaveLength(1);
    page.pass(1);
    page.open(1);
    expect(page.sent(1, 'subscribe')).toEqual([{ type: 'subscribe', runId: RUN, since: 1 }]);
    // Messages from the abandoned socket are ignored, and a server that repeats itself does no harm.
    page.say(0, event(2));
    for (const seq of [1, 2, 3]) page.say(1, event(seq));
    expect(page.seqs()).toEqual([0, 1, 2, 3]);
  });

  it('waits longer after each failure in a row, and starts over once the server has spoken', () => {
    const page = harness({ backoffMs: (attempt) => 100 * 2 ** attempt });
    page.drop(0);
    page.pass(200);
    page.drop(1);
    page.pass(400);
    page.open(2);
    page.say(2, event(0));
    page.drop(2);
    const waits = page.facts.flatMap((fact) =>
      fact.kind === 'connection' && fact.state.status === 'waiting' ? [fact.state.retryInMs] : [],
    );
    expect(waits).toEqual([200, 400, 200]);
  });

  it('starts over neither for a pong nor for a refusal, and stops at a refused token', () => {
    const page = harness({ backoffMs: (attempt) => 100 * 2 ** attempt, token: 'wrong' });
    page.open(0);
    page.say(0, '{"type":"error","code":"runNotFound","message":"no run x"}');
    page.drop(0);
    page.pass(200);
    page.open(1);
    page.say(1, '{"type":"pong"}');
    page.drop(1);
    page.pass(400);
    page.open(2);
    page.say(2, '{"type":"error","code":"unauthorized","message":"that is not the token"}');
    page.drop(2);
    page.pass(3_600_000);
    const waits = page.facts.flatMap((fact) =>
      fact.kind === 'connection' && fact.state.status === 'waiting' ? [fact.state.retryInMs] : [],
    );
    expect(waits).toEqual([200, 400, Infinity]);
    expect(page.sockets).toHaveLength(3);
    expect(page.sockets[2]?.isClosed).toBe(true);
  });

  it('says when it was last heard from, null if never', () => {
    const page = harness({ backoffMs: () => 50 });
    page.drop(0);
    page.pass(50);
    page.open(1);
    page.pass(30);
    page.say(1, event(0));
    page.drop(1);
    const heard = page.facts.flatMap((fact) =>
      fact.kind === 'connection' && fact.state.status === 'waiting' ? [fact.state.lastHeardAt] : [],
    );
    expect(heard).toEqual([null, 80]);
  });

  it('asks once for what a gap left out, and takes nothing out of order', () => {
    const page = harness();
    page.open(0);
    for (const seq of [0, 3, 4]) page.say(0, event(seq));
    expect(page.sent(0, 'unsubscribe')).toHaveLength(1);
    expect(page.sent(0, 'subscribe')[1]).toEqual({ type: 'subscribe', runId: RUN, since: 0 });
    for (const seq of [1, 2, 3, 4, 5]) page.say(0, event(seq));
    expect(page.seqs()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('keeps its place by an event it cannot read', () => {
    const page = harness();
    page.open(0);
    page.say(0, event(0));
    page.say(0, JSON.stringify({ type: 'event', event: { type: 'eclipse', runId: RUN, seq: 1, time: 't' } }));
    page.say(0, event(2));
    expect(page.seqs()).toEqual([0, 2]);
    expect(page.facts.filter((fact) => fact.kind === 'refused')).toHaveLength(1);
    expect(page.sent(0, 'unsubscribe')).toHaveLength(0);
  });

  it('catches up in one answer and subscribes to what follows it, at first and after every loss', async () => {
    const asked: (number | null)[] = [];
    let answer = (_: { seq: number; events: [] } | null): void => undefined;
    const page = harness({
      backoffMs: () => 500,
      pastSince: (since) => {
        asked.push(since);
        return new Promise((resolve) => (answer = resolve));
      },
    });
    const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
    page.open(0);
    expect(page.sent(0, 'subscribe')).toEqual([]);
    answer({ seq: 110_184, events: [] });
    await settle();
    expect(page.sent(0, 'subscribe')).toEqual([{ type: 'subscribe', runId: RUN, since: 110_184 }]);
    for (const seq of [110_184, 110_185]) page.say(0, event(seq));
    expect(page.seqs()).toEqual([110_185]);
    page.drop(0);
    page.pass(500);
    page.open(1);
    // A connection that is lost before its reply subscribes to nothing.
    page.drop(1);
    answer({ seq: 120_000, events: [] });
    await settle();
    expect(page.sent(1, 'subscribe')).toEqual([]);
    page.pass(500);
    page.open(2);
    // If a server cannot give an outline, the events themselves are requested.
    answer(null);
    await settle();
    expect(page.sent(2, 'subscribe')).toEqual([{ type: 'subscribe', runId: RUN, since: 110_185 }]);
    expect(asked).toEqual([null, 110_185, 110_185]);
    expect(page.facts.filter(({ kind }) => kind === 'past')).toHaveLength(1);
  });

  it('pings, and gives up a socket that answers nothing', () => {
    const page = harness({ pingEveryMs: 1000, backoffMs: () => 100 });
    page.open(0);
    page.pass(1000);
    page.say(0, '{"type":"pong"}');
    page.pass(2000);
    expect(page.sent(0, 'ping').length).toBeGreaterThanOrEqual(2);
    expect(page.sockets).toHaveLength(1);
    page.pass(2000);
    expect(page.sockets[0]?.isClosed).toBe(true);
    expect(page.sockets).toHaveLength(2);
  });

  it('sends commands while open and declines them while not', () => {
    const commands$ = new Subject<RunCommand>();
    const page = harness({ commands$ });
    commands$.next({ command: 'pause' });
    page.open(0);
    commands$.next({ command: 'step', n: 1 });
    const step = { type: 'command', runId: RUN, command: 'step', n: 1, by: 'page' };
    expect(page.sent(0, 'command')).toEqual([step]);
    expect(page.facts.filter((fact) => fact.kind === 'refused' && fact.code === 'notConnected')).toHaveLength(
      1,
    );
  });

  it('tries at once when woken, but only while waiting', () => {
    const wake$ = new Subject<void>();
    const page = harness({ wake$, backoffMs: () => 60_000 });
    wake$.next();
    expect(page.sockets).toHaveLength(1);
    page.drop(0);
    wake$.next();
    expect(page.sockets).toHaveLength(2);
  });

  it('passes on what the server declines, and survives nonsense', () => {
    const page = harness();
    page.open(0);
    page.say(0, '{"type":"error","code":"runNotFound","message":"no run x"}');
    page.say(0, 'not json');
    page.say(0, new ArrayBuffer(3));
    page.say(0, event(0));
    const codes = page.facts.flatMap((fact) => (fact.kind === 'refused' ? [fact.code] : []));
    expect(codes).toEqual(['runNotFound', 'badMessage', 'badMessage']);
    expect(page.seqs()).toEqual([0]);
  });

  it('closes the socket and stops all timers when nobody listens any more', () => {
    const page = harness({ pingEveryMs: 1000 });
    page.open(0);
    page.subscription.unsubscribe();
    page.pass(60_000);
    expect(page.sockets[0]?.isClosed).toBe(true);
    expect(page.sockets).toHaveLength(1);
    expect(page.sent(0, 'ping')).toHaveLength(0);
  });
});
