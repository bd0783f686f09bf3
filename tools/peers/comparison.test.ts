import { describe, expect, it } from 'vitest';
import { compareRows, quickestRows, renderComparison } from './comparison.mjs';

const times = (median: number, min = median) => ({ min, median, max: median });
const row = (workload: string, engine: string, median: number, threads = 2) => ({
  workload,
  engine,
  threads,
  msPerStep: times(median),
});

describe('comparison with peers', () => {
  it('says how many times faster the quickest engine is, by medians and by best steps', () => {
    const own = [
      row('mainline', 'reference', 900),
      { ...row('mainline', 'wasm', 20), msPerStep: times(20, 15) },
    ];
    const peer = { ...row('mainline', 'torch', 40), msPerStep: times(40, 36) };
    const [comparison] = compareRows(own, [peer], 2);
    expect(comparison?.grokscope?.engine).toBe('wasm');
    expect(comparison?.peers).toMatchObject([{ engine: 'torch', ratio: 2, ratioOfBest: 2.4 }]);
  });

  it('leaves out rows of another thread count', () => {
    const comparisons = compareRows([row('mainline', 'wasm', 20, 1)], [row('mainline', 'torch', 40)], 2);
    expect(comparisons).toMatchObject([{ grokscope: null, peers: [{ ratio: null }] }]);
    expect(compareRows([row('mainline', 'wasm', 20)], [row('mainline', 'torch', 40, 1)], 2)).toEqual([]);
  });

  it('compares products by their rate, for the shapes may differ', () => {
    const own = { ...row('matmul', 'wasm', 10), gflops: 60 };
    const peer = { ...row('matmul', 'torch', 5), gflops: 300 };
    expect(compareRows([own], [peer], 2)[0]?.peers[0]).toMatchObject({ ratio: 0.2, ratioOfBest: null });
  });

  it('keeps the run with the quickest step of several', () => {
    const noisy = { ...row('mainline', 'torch', 40), msPerStep: times(300, 90) };
    expect(quickestRows([noisy, row('mainline', 'torch', 41)])).toEqual([row('mainline', 'torch', 41)]);
  });

  it('names every way a peer was written', () => {
    const peer = {
      ...row('mainline', 'jax-js', 160),
      variant: 'padded',
      variants: { padded: times(160), plain: times(2000) },
    };
    const text = renderComparison(compareRows([row('mainline', 'wasm', 20)], [peer], 2));
    expect(text).toMatch(/jax-js \(padded\).*8\.00x as fast/);
    expect(text).toContain('mainline, jax-js, written otherwise: plain 2.00e+3 ms');
  });
});
