import { checkFeeds, EngineError, findFunction, findPersistent } from '@grokscope/engine';
import type { Feed, Program, Values } from '@grokscope/engine';
import { checkIndex } from './plan/index-limits.js';
import type { Allocation, Plan } from './plan/plan.js';
import type { LoadedProgram } from './threads.js';

/** A planned program with its own memory, which all threads share. Values are copied in and out. */
export class WasmProgram implements Program {
  readonly #plan: Plan;
  readonly #onDispose: (program: WasmProgram) => void;
  /** The memory and the threads' access to it; undefined once disposed. */
  #live: { readonly buffer: ArrayBufferLike; readonly loaded: LoadedProgram } | undefined;

  constructor(
    plan: Plan,
    buffer: ArrayBufferLike,
    loaded: LoadedProgram,
    onDispose: (p: WasmProgram) => void,
  ) {
    this.#plan = plan;
    this.#live = { buffer, loaded };
    this.#onDispose = onDispose;
    for (const { address, values } of plan.constants) {
      const dtype = values instanceof Int32Array ? 'i32' : 'f32';
      view(buffer, { address, size: values.length, dtype }).set(values);
    }
    for (const { program, instructions } of plan.functions.values())
      new Int32Array(buffer, program, instructions.length).set(instructions);
  }

  write(name: string, values: ArrayLike<number>): void {
    const { buffer } = this.#alive();
    this.#check(name, values);
    view(buffer, this.#plan.places.get(name)!).set(values);
  }

  async read(name: string): Promise<Values> {
    const { buffer } = this.#alive();
    findPersistent(this.#plan.tensors, name);
    return Float32Array.from(view(buffer, this.#plan.places.get(name)!));
  }

  async run(functionName: string, feeds: readonly Feed[]): Promise<Readonly<Record<string, Values>>> {
    const { buffer, loaded } = this.#alive();
    const { program, count, outputs } = findFunction(this.#plan.functions, functionName);
    checkFeeds(this.#plan.tensors, feeds);
    for (const feed of feeds) for (const [name, values] of Object.entries(feed)) this.#check(name, values);
    // Helpers that are still being told of another program cannot take part: a run would wait for them at the barrier
    // for ever.
    for (let busy = loaded.busy(); busy; busy = loaded.busy()) await busy;
    this.#alive();
    for (const feed of feeds) {
      for (const [name, values] of Object.entries(feed))
        view(buffer, this.#plan.places.get(name)!).set(values);
      loaded.run(program, count);
    }
    return Object.fromEntries(
      [...outputs].map(([name, place]) => [name, Float32Array.from(view(buffer, place))]),
    );
  }

  async dispose(): Promise<void> {
    const live = this.#live;
    this.#live = undefined;
    this.#onDispose(this);
    await live?.loaded.release();
  }

  /** Checks names, sizes, and the indices that kernels use unchecked. */
  #check(name: string, values: ArrayLike<number>): void {
    const { dtype } = findPersistent(this.#plan.tensors, name, values.length);
    if (dtype === 'i32') checkIndex(`"${name}"`, values, this.#plan.limits.get(name) ?? 2 ** 31);
  }

  #alive() {
    if (!this.#live) throw new EngineError('Lost', 'this program is disposed');
    return this.#live;
  }
}

const view = (buffer: ArrayBufferLike, { address, size, dtype }: Allocation): Float32Array | Int32Array =>
  dtype === 'i32' ? new Int32Array(buffer, address, size) : new Float32Array(buffer, address, size);
