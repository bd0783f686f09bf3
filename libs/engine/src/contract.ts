import type { GraphFunction } from '@grokscope/graph';

/** Names under which engines report themselves (CONTRACT: the `started` event). */
export type EngineName = 'wasm' | 'gpu:webgpu' | 'gpu:webgl2' | 'gpu:headlessgl' | 'reference';

/** Values as an engine returns them: always a copy, row-major; float64 from the reference engine only. */
export type Values = Float32Array | Float64Array;

/** New values of some inputs, by name. Inputs not named keep their last values. */
export type Feed = Readonly<Record<string, ArrayLike<number>>>;

/** Functions that share their parameters, states and inputs by name. */
export type Functions = Readonly<Record<string, GraphFunction>>;

/** Compiles and runs graphs. It knows nothing of models or training. */
export interface Engine {
  readonly name: EngineName;
  readonly precision: 'float32' | 'float64';
  /** The number of threads that compute (1 if the engine has no choice). It affects the bits of the results. */
  readonly threads: number;
  /** Whether products use relaxed SIMD (fused multiply-add); null if that does not apply. */
  readonly relaxedSimd: boolean | null;
  /**
   * Prepares functions to run on one set of persistent tensors, all zero at first. Rejects with `EngineError` if an op
   * is not supported or memory is insufficient.
   */
  compile(functions: Functions): Promise<Program>;
  /** Frees everything, compiled programs included. */
  dispose(): Promise<void>;
}

/** Compiled functions with their tensors. Calls must not overlap: await one before making the next. */
export interface Program {
  /** Sets a parameter, state or input. Throws `EngineError` for an unknown name or a wrong number of values. */
  write(name: string, values: ArrayLike<number>): void;
  /** Reads a parameter, state or input. */
  read(name: string): Promise<Values>;
  /**
   * Runs a function once for each feed, in order, and returns the outputs of the last run. Several feeds let an engine
   * stay on its device between runs. Throws `EngineError` for unknown names and wrong sizes.
   */
  run(functionName: string, feeds: readonly Feed[]): Promise<Readonly<Record<string, Values>>>;
  dispose(): Promise<void>;
}
