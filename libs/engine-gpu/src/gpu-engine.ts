import {
  checkFeeds,
  EngineError,
  findFunction,
  findPersistent,
  persistentTensors,
  type Engine,
  type Feed,
  type Functions,
  type PersistentTensor,
  type Program,
  type Values,
} from '@grokscope/engine';
import { CompiledFunction } from './compiled-function.js';
import { GpuDevice } from './device.js';
import type { GpuMode } from './gpu-js.js';
import { StoredTensor } from './tensor-store.js';

/** An engine that computes with gpu.js kernels, with a description of what they run on. */
export interface GpuEngine extends Engine {
  readonly name: `gpu:${GpuMode}`;
  /** The gpu.js class whose kernels run, as `WebGL2Kernel`; the engine throws if another class would run. */
  readonly executor: string;
  /** The driver's name for itself, such as "ANGLE (Mesa, llvmpipe …)". */
  readonly hardware: string;
}

/**
 * Opens a gpu.js engine: float32, one kernel for each op and shape, values kept on the device between ops.
 *
 * It never falls back: rejects with `EngineError` 'Unavailable' and the reason if the mode cannot run here. In Node,
 * only one thread of a process may hold headless GL; that thread can open engines one after another. A tensor has at
 * most 2^23 entries, or 2^25 where WebGL computes on vectors of 4; indices are below 2^24, because they are transferred
 * as float32.
 */
export async function createGpuEngine({ mode }: { readonly mode: GpuMode }): Promise<GpuEngine> {
  const device = await GpuDevice.open(mode);
  const programs = new Set<GpuProgram>();
  return {
    name: `gpu:${mode}`,
    precision: 'float32',
    threads: 1,
    relaxedSimd: null,
    executor: device.executor,
    hardware: device.hardware,
    async compile(functions) {
      const program = new GpuProgram(device, functions, (done) => programs.delete(done));
      programs.add(program);
      return program;
    },
    async dispose() {
      for (const program of [...programs]) await program.dispose();
      await device.close();
    },
  };
}

class GpuProgram implements Program {
  readonly #known: ReadonlyMap<string, PersistentTensor>;
  readonly #tensors: ReadonlyMap<string, StoredTensor>;
  readonly #functions: ReadonlyMap<string, CompiledFunction>;

  constructor(
    device: GpuDevice,
    functions: Functions,
    private readonly onDispose: (program: GpuProgram) => void,
  ) {
    this.#known = persistentTensors(functions);
    const tensors = new Map([...this.#known.values()].map((t) => [t.name, new StoredTensor(device, t)]));
    this.#functions = new Map(
      Object.entries(functions).map(([name, f]) => [name, new CompiledFunction(device, f, tensors)]),
    );
    this.#tensors = tensors;
  }

  write(name: string, values: ArrayLike<number>): void {
    this.#tensor(name, values.length).write(values);
  }

  async read(name: string): Promise<Values> {
    return this.#tensor(name).read();
  }

  async run(functionName: string, feeds: readonly Feed[]): Promise<Readonly<Record<string, Values>>> {
    const f = findFunction(this.#functions, functionName);
    checkFeeds(this.#known, feeds);
    if (feeds.length === 0)
      throw new EngineError('WrongSize', `run("${functionName}") needs at least one feed`);
    let outputs: Readonly<Record<string, Values>> = {};
    for (const [i, feed] of feeds.entries()) {
      for (const [name, values] of Object.entries(feed)) this.write(name, values);
      outputs = await f.run(i === feeds.length - 1);
    }
    return outputs;
  }

  async dispose(): Promise<void> {
    for (const f of this.#functions.values()) f.free();
    for (const tensor of this.#tensors.values()) tensor.free();
    this.onDispose(this);
  }

  #tensor(name: string, length?: number): StoredTensor {
    const { name: known } = findPersistent(this.#known, name, length);
    return this.#tensors.get(known)!;
  }
}
