import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GIVE_UP_MS, Outbox } from './outbox.js';

const encoded = (value: number) => ({
  bytes: 1 << 20,
  encode: (skipped: number) => Uint8Array.of(value, skipped),
});
const text = (data: string | Uint8Array) => (typeof data === 'string' ? data : [...data]);

/** A wire that takes everything, or nothing. */
class FakeWire {
  readonly sent: (string | number[])[] = [];
  bufferedAmount = 0;
  readonly close = vi.fn();
  readonly send = (data: unknown): void => void this.sent.push(text(data as string | Uint8Array));
}

let wire: FakeWire;
let outbox: Outbox;
const isFull: boolean[] = [];
beforeEach(() => {
  vi.useFakeTimers();
  wire = new FakeWire();
  isFull.length = 0;
  outbox = new Outbox(wire, Date.now, (full) => isFull.push(full));
});
afterEach(() => {
  outbox.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const clog = (): void => void (wire.bufferedAmount = 1 << 21);
const flow = async (): Promise<void> => {
  wire.bufferedAmount = 0;
  await vi.advanceTimersByTimeAsync(100);
};

describe('what goes to a client', () => {
  it('is sent at once to one that reads', async () => {
    outbox.message({ type: 'pong' });
    outbox.turn(async () => outbox.event(Uint8Array.of(7)));
    await vi.advanceTimersByTimeAsync(0);
    outbox.tensor('t', encoded(1));
    expect(wire.sent).toEqual(['{"type":"pong"}', [7], [1, 0]]);
  });

  it('waits for a slow one: replies, then events, then of each tensor the newest, with how many it missed', async () => {
    clog();
    expect(outbox.hasRoom).toBe(false);
    outbox.tensor('t', encoded(1));
    outbox.tensor('u', encoded(2));
    outbox.tensor('t', encoded(3));
    outbox.tensor('t', encoded(4));
    outbox.turn(async () => outbox.event(Uint8Array.of(7)));
    outbox.message({ n: 1 });
    await vi.advanceTimersByTimeAsync(1000);
    expect(wire.sent).toEqual([]);
    await flow();
    expect(wire.sent).toEqual(['{"n":1}', [7], [2, 0], [4, 2]]);
    outbox.tensor('t', encoded(5));
    expect(wire.sent.at(-1)).toEqual([5, 0]);
  });

  it('gives turns one at a time, in order, each only when there is room', async () => {
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    for (const n of [1, 2, 3])
      outbox.turn(() => {
        begun.push(n);
        return new Promise((resolve) => ends.push(resolve));
      });
    await flow();
    expect(begun).toEqual([1]);
    ends[0]!();
    await flow();
    expect(begun).toEqual([1, 2]);
    clog();
    ends[1]!();
    await vi.advanceTimersByTimeAsync(1000);
    expect(begun).toEqual([1, 2]);
    await flow();
    expect(begun).toEqual([1, 2, 3]);
    ends[2]!();
    await flow();
  });

  it('keeps no more tensors than a bound allows', async () => {
    clog();
    for (let n = 0; n < 100; n++) outbox.tensor(`t${n}`, encoded(n));
    await flow();
    expect(wire.sent).toHaveLength(64);
    expect(wire.sent[0]).toEqual([36, 0]);
    outbox.tensor('t0', encoded(0));
    expect(wire.sent.at(-1)).toEqual([0, 1]);
  });

  it('says when too many replies wait, and when no longer', async () => {
    clog();
    for (let n = 0; n < 1000; n++) outbox.message({ n });
    expect(isFull).toEqual([true]);
    await flow();
    expect(isFull).toEqual([true, false]);
    expect(wire.sent).toHaveLength(1000);
  });

  it('forgets tensors that are no longer watched', async () => {
    clog();
    outbox.tensor('r t', encoded(1));
    outbox.tensor('r t', encoded(2));
    outbox.tensor('s t', encoded(3));
    outbox.forget('r ');
    await flow();
    expect(wire.sent).toEqual([[3, 0]]);
  });

  it('is dropped, and the client let go, where that takes nothing for long', async () => {
    clog();
    outbox.message({ n: 1 });
    await vi.advanceTimersByTimeAsync(GIVE_UP_MS / 2);
    // It took something, however little.
    wire.bufferedAmount -= 1;
    await vi.advanceTimersByTimeAsync(GIVE_UP_MS - 1000);
    expect(wire.close).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2000);
    expect(wire.close).toHaveBeenCalledWith(1013, expect.any(String));
    expect(wire.sent).toEqual([]);
  });
});
