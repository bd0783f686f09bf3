import type { GraphFunction } from '@grokscope/graph';

/** Names under which engines report themselves (CONTRACT: the `started` event). */
export type EngineName = 'wasm' | 'gpu:webgpu' | 'gpu:webgl2' | 'gpu:headlessgl' | 'reference';

/** Values as an engine hands them out: always a copy, row-major; float64 from the reference engine only. */
export type Values = Float32Array | Float64Array;

/** New values of some inputs, by name. Inputs not named keep their last values. */
export type Feed = Readonly<Record<string, ArrayLike<number>>>;

/** Functions that share their parameters, states and inputs by name. */
export type Functions = Readonly<Record<string, GraphFunction>>;

/** Something that computes graphs. It knows nothing of models or training. */
export interface Engine {
  readonly name: EngineName;
  readonly precision: 'float32' | 'float64';
  /** Threads that compute (1 where the engine has no say). Part of what makes results repeat to the bit. */
  readonly threads: number;
  /** Whether products use relaxed SIMD (fused multiply-add); null where that does not apply. */
  readonly relaxedSimd: boolean | null;
  /**
   * Prepares functions to run on one set of persistent tensors, all zero at first.
   * Rejects with `EngineError` if an op is not supported or memory is short.
   */
  compile(functions: Functions): Promise<Program>;
  /** Frees everything, compiled programs included. */
  dispose(): Promise<void>;
}

/** Compiled functions with their tensors. Calls must not overlap: await one before the next. */
export interface Program {
  /** Sets a parameter, state or input. Throws `EngineError` for an unknown name or a wrong number of values. */
  write(name: string, values: ArrayLike<number>): void;
  /** Reads a parameter, state or input. */
  read(name: string): Promise<Values>;
  /**
   * Runs a function once for each feed, in order, and returns the outputs of the last run.
   * Several feeds let an engine stay on its device between them. Throws `EngineError` on unknown names and sizes.
   */
  run(functionName: string, feeds: readonly Feed[]): Promise<Readonly<Record<string, Values>>>;
  dispose(): Promise<void>;
}
