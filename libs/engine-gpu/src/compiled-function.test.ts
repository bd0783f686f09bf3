import { persistentTensors } from '@grokscope/engine';
import { Graph, ops, type GraphFunction } from '@grokscope/graph';
import { describe, expect, it } from 'vitest';
import { CompiledFunction } from './compiled-function.js';
import type { ArrayDevice } from './array-device.js';
import type { DeviceArray } from './gpu-js.js';
import { StoredTensor } from './tensor-store.js';

/** A device that computes nothing and only counts its arrays. `failAt` names an op whose launch throws. */
function accountant(failAt?: string) {
  const alive = new Set<DeviceArray>();
  const seen = { peak: 0, launches: [] as string[] };
  const make = (size: number): DeviceArray => {
    const array: DeviceArray = {
      toArray: () => new Float32Array(size),
      delete: () => {
        if (!alive.delete(array)) throw new Error('deleted twice');
      },
    };
    alive.add(array);
    seen.peak = Math.max(seen.peak, alive.size);
    return array;
  };
  const device: ArrayDevice = {
    upload: async (values) => make(values.length),
    targets: 0,
    launch: async (stage, args, op) => {
      if (op === failAt) throw new Error(`${op} failed`);
      for (const { array } of args) if (!alive.has(array)) throw new Error(`${op} reads a deleted array`);
      seen.launches.push(op);
      return [make(stage.size)];
    },
    read: async (array) => {
      if (!alive.has(array)) throw new Error('reads a deleted array');
      return Float32Array.from(await array.toArray());
    },
  };
  return { device, alive, seen };
}

function compile(f: GraphFunction, device: ArrayDevice) {
  const tensors = new Map(
    [...persistentTensors({ f }).values()].map((t) => [t.name, new StoredTensor(device, t)] as const),
  );
  return { compiled: new CompiledFunction(device, f, tensors), tensors };
}

/** A chain of `length` ops with a loss, and one AdamW update. */
function chain(length: number): GraphFunction {
  const graph = new Graph();
  const w = graph.parameter('w', [3, 4]);
  let x = w;
  for (let i = 0; i < length; i++) x = ops.relu(ops.scale(x, 1 + i));
  const update = ops.adamW(
    w,
    x,
    graph.state('m', [3, 4]),
    graph.state('v', [3, 4]),
    graph.input('hyper', [8]),
  );
  const labels = graph.constant(Int32Array.of(0, 1, 2));
  const weights = graph.constant(Float32Array.of(1, 1, 1));
  const d = ops.crossEntropyGradient(x, labels, weights);
  return { graph, outputs: { loss: ops.mean(ops.crossEntropy(x, labels)), d }, updates: [update] };
}

describe('a compiled function', () => {
  it('leaves on the device only the persistent tensors and the constants', async () => {
    const { device, alive } = accountant();
    const { compiled, tensors } = compile(chain(5), device);
    for (let i = 0; i < 3; i++) {
      await compiled.run(i === 2);
      expect(alive.size).toBe(4 + 2); // w, m, v, hyper; labels, weights
    }
    compiled.free();
    for (const tensor of tensors.values()) tensor.free();
    expect(alive.size).toBe(0);
  });

  it('frees a value after its last reader, however long the chain is', async () => {
    const peaks = [];
    for (const length of [3, 30]) {
      const { device, seen } = accountant();
      await compile(chain(length), device).compiled.run(true);
      peaks.push(seen.peak);
    }
    expect(peaks[1]).toBe(peaks[0]);
  });

  it('frees what it had computed when a launch fails', async () => {
    const { device, alive } = accountant('crossEntropy');
    const { compiled, tensors } = compile(chain(3), device);
    await expect(compiled.run(true)).rejects.toThrow('crossEntropy failed');
    compiled.free();
    for (const tensor of tensors.values()) tensor.free();
    expect(alive.size).toBe(0);
  });

  it('makes updates last, and reads nothing back when no outputs are wanted', async () => {
    const { device, seen } = accountant();
    const { compiled } = compile(chain(2), { ...device, read: () => Promise.reject(new Error('read back')) });
    expect(await compiled.run(false)).toEqual({});
    expect(seen.launches.slice(-3)).toEqual(['adamW', 'adamW', 'adamW']);
    expect(seen.launches.slice(0, -3)).not.toContain('adamW');
  });

  it('refuses tensors and indices that float32 places cannot reach, with their size', () => {
    const { device } = accountant();
    const wide = new Graph();
    const large = { graph: wide, outputs: { y: ops.relu(wide.parameter('w', [4096, 4096])) }, updates: [] };
    expect(() => compile(large, device)).toThrow(
      /relu \[4096, 4096\] works on an array of 16777216 entries.*2\^23/,
    );

    const far = new Graph();
    const rows = ops.gather(far.parameter('t', [2, 2]), far.constant(Int32Array.of(1, 2 ** 24)));
    expect(() => compile({ graph: far, outputs: { rows }, updates: [] }, device)).toThrow(
      /index 1 of .* is 16777216/,
    );
  });

  it('refuses an index that is no whole number when it is written', () => {
    const { device } = accountant();
    const graph = new Graph();
    const rows = ops.gather(graph.parameter('t', [2, 2]), graph.input('i', [2], 'i32'));
    const { tensors } = compile({ graph, outputs: { rows }, updates: [] }, device);
    expect(() => tensors.get('i')!.write([0, 0.5])).toThrow('index 1 of "i" is 0.5');
  });
});
