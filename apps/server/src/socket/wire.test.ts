import fc from 'fast-check';
import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { encodeTensorFrame } from '@grokscope/schema';
import { TensorAtStep } from './tensor-at-step.js';
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
  const at = (step: number, name = 'a'): TensorAtStep =>
    new TensorAtStep('r', step, { name, shape: [1], data: Float32Array.of(step) });

  it('come at most every so many steps, each name by itself, and the last one in any case', () => {
    const source$ = new Subject<TensorAtStep | 'settled'>();
    const seen: string[] = [];
    source$.pipe(thinned(10)).subscribe(({ step, tensor }) => seen.push(`${tensor.name}${step}`));
    for (const tensor of [at(0), at(5), at(5, 'b'), at(10), at(12), at(15, 'b'), at(18)])
      source$.next(tensor);
    expect(seen).toEqual(['a0', 'b5', 'a10', 'b15']);
    source$.next('settled');
    expect(seen).toEqual(['a0', 'b5', 'a10', 'b15', 'a18']);
    for (const tensor of [at(18), at(16), at(20)]) source$.next(tensor);
    source$.complete();
    expect(seen.slice(5)).toEqual(['a20']);
  });
});
