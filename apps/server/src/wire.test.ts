import fc from 'fast-check';
import { Subject } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { Outbox } from './outbox.js';
import { encodeTensorFrame } from './tensor-frame.js';
import type { TensorAtStep } from './tensor-hub.js';
import { thinned } from './watch-tensors.js';

describe('a tensor frame', () => {
  it('reads back as what it was, its values aligned to eight bytes', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.float()), fc.nat(), (name, values, step) => {
        const data = Float32Array.from(values);
        const frame = encodeTensorFrame({ runId: 'r-1', step, name, shape: [values.length], data });
        const headerLength = new DataView(frame.buffer).getUint32(0, true);
        expect((4 + headerLength) % 8).toBe(0);
        const header: unknown = JSON.parse(new TextDecoder().decode(frame.subarray(4, 4 + headerLength)));
        expect(header).toEqual({ runId: 'r-1', step, name, dtype: 'float32', shape: [values.length] });
        expect(new Float32Array(frame.buffer, 4 + headerLength)).toEqual(data);
      }),
      { seed: 1 },
    );
  });

  it('holds only the values of a view', () => {
    const data = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    const frame = encodeTensorFrame({ runId: 'r', step: 0, name: 'x', shape: [2], data });
    const start = 4 + new DataView(frame.buffer).getUint32(0, true);
    expect([...new Float32Array(frame.buffer, start)]).toEqual([2, 3]);
  });
});

describe('thinned tensors', () => {
  const at = (step: number, name = 'a'): TensorAtStep => ({
    step,
    tensor: { name, shape: [1], data: Float32Array.of(step) },
  });

  it('come at most every so many steps, each name by itself, and the last one in any case', () => {
    const source$ = new Subject<TensorAtStep>();
    const seen: string[] = [];
    source$.pipe(thinned(10)).subscribe(({ step, tensor }) => seen.push(`${tensor.name}${step}`));
    for (const tensor of [at(0), at(5), at(5, 'b'), at(10), at(12), at(15, 'b'), at(18)])
      source$.next(tensor);
    expect(seen).toEqual(['a0', 'b5', 'a10', 'b15']);
    source$.complete();
    expect(seen).toEqual(['a0', 'b5', 'a10', 'b15', 'a18']);
  });
});

describe('what goes to a client', () => {
  const slowWire = () => {
    const sent: (string | Uint8Array)[] = [];
    const wire = {
      bufferedAmount: 0,
      send: (data: unknown) => void sent.push(data as string | Uint8Array),
      close: vi.fn(),
    };
    return { sent, wire };
  };

  it('is sent at once to one that reads', () => {
    const { sent, wire } = slowWire();
    const outbox = new Outbox(wire);
    outbox.message({ type: 'pong' });
    outbox.tensor('t', () => Uint8Array.of(1));
    expect(sent).toEqual(['{"type":"pong"}', Uint8Array.of(1)]);
  });

  it('waits for a slow one: all messages in order, of each tensor the newest', () => {
    vi.useFakeTimers();
    const { sent, wire } = slowWire();
    const outbox = new Outbox(wire);
    wire.bufferedAmount = 1 << 21;
    outbox.tensor('t', () => Uint8Array.of(1));
    outbox.message({ n: 1 });
    outbox.tensor('u', () => Uint8Array.of(2));
    outbox.tensor('t', () => Uint8Array.of(3));
    outbox.message({ n: 2 });
    vi.advanceTimersByTime(1000);
    expect(sent).toEqual([]);
    wire.bufferedAmount = 0;
    vi.advanceTimersByTime(100);
    expect(sent).toEqual(['{"n":1}', '{"n":2}', Uint8Array.of(2), Uint8Array.of(3)]);
    expect(outbox.skipped).toBe(1);
    expect(wire.close).not.toHaveBeenCalled();
    vi.useRealTimers();
  });

  it('is dropped, and the client let go, where that never reads', () => {
    vi.useFakeTimers();
    const { sent, wire } = slowWire();
    const outbox = new Outbox(wire);
    wire.bufferedAmount = 1 << 21;
    outbox.message({ n: 1 });
    vi.advanceTimersByTime(31_000);
    expect(wire.close).toHaveBeenCalledWith(1013, expect.any(String));
    expect(sent).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
});
