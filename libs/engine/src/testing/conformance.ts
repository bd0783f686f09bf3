import { createRandom, sizeOf } from '@grokscope/base';
import { Graph, type GraphFunction, type Tensor } from '@grokscope/graph';
import type { Engine, Feed, Values } from '../contract.js';
import { createReferenceEngine } from '../reference/reference-engine.js';

/**
 * One property an engine must have. `run` throws an `Error` that describes the difference; otherwise it returns the
 * largest error seen.
 */
export interface ConformanceCase {
  readonly name: string;
  run(engine: Engine): Promise<{ readonly worstError: number }>;
}

/**
 * How errors are measured: `norm` is ‖got − want‖ / ‖want‖ for each tensor, `entry` the largest |got − want| / |want|.
 */
export type ErrorMeasure = 'norm' | 'entry';

/** A small function with the values of its leaves; outputs and, after updates, every persistent tensor are compared. */
export interface FunctionCase {
  readonly name: string;
  readonly build: (graph: Graph, draw: Draw) => Omit<GraphFunction, 'graph'>;
  readonly feeds?: readonly Feed[];
  readonly measure?: ErrorMeasure;
  /** Largest error allowed; float32 with sums of a few hundred terms stays below the default. */
  readonly tolerance?: number;
}

/** Makes leaves with seeded values: normal numbers, or indices below a bound. Index leaves are run-time inputs. */
export interface Draw {
  parameter(name: string, shape: readonly number[], spread?: number): Tensor;
  state(name: string, shape: readonly number[], values: (i: number) => number): Tensor;
  index(name: string, length: number, below: number): Tensor;
  constantIndex(length: number, below: number): Tensor;
}

const DEFAULT_TOLERANCE = 2e-6;

/** Runs a function on an engine and on the float64 reference from the same float32 values, and compares. */
export function functionCase({
  name,
  build,
  feeds = [{}],
  measure = 'norm',
  tolerance,
}: FunctionCase): ConformanceCase {
  // Drawn and computed once, however many engines are compared.
  let made: ReturnType<typeof construct> | undefined;
  let wanted: Promise<Record<string, Values>> | undefined;
  return {
    name,
    async run(engine) {
      const { f, values } = (made ??= construct(name, build));
      const got = await results(engine, f, values, feeds);
      const want = await (wanted ??= results(createReferenceEngine(), f, values, feeds));
      let worstError = 0;
      for (const key of Object.keys(want)) {
        const error = measure === 'norm' ? normError(got[key], want[key]) : entryError(got[key], want[key]);
        const allowed = tolerance ?? DEFAULT_TOLERANCE;
        // Negated so that NaN fails.
        if (!(error <= allowed))
          throw new Error(`${name}: ${key} differs by ${error} (${measure}), allowed ${allowed}`);
        worstError = Math.max(worstError, error);
      }
      return { worstError };
    },
  };
}

function construct(
  name: string,
  build: FunctionCase['build'],
): { f: GraphFunction; values: Map<string, Float32Array | Int32Array> } {
  const graph = new Graph();
  const values = new Map<string, Float32Array | Int32Array>();
  const random = createRandom(1).split(name);
  const indices = (length: number, below: number) =>
    Int32Array.from({ length }, () => random.nextBelow(below));
  const draw: Draw = {
    parameter(leaf, shape, spread = 1) {
      values.set(
        leaf,
        Float32Array.from({ length: sizeOf(shape) }, () => spread * random.nextNormal()),
      );
      return graph.parameter(leaf, shape);
    },
    state(leaf, shape, value) {
      values.set(
        leaf,
        Float32Array.from({ length: sizeOf(shape) }, (_, i) => value(i)),
      );
      return graph.state(leaf, shape);
    },
    index(leaf, length, below) {
      values.set(leaf, indices(length, below));
      return graph.input(leaf, [length], 'i32');
    },
    constantIndex: (length, below) => graph.constant(indices(length, below)),
  };
  return { f: { graph, ...build(graph, draw) }, values };
}

async function results(
  engine: Engine,
  f: GraphFunction,
  values: ReadonlyMap<string, Float32Array | Int32Array>,
  feeds: readonly Feed[],
): Promise<Record<string, Values>> {
  const program = await engine.compile({ f });
  try {
    for (const [name, data] of values) program.write(name, data);
    const outputs: Record<string, Values> = { ...(await program.run('f', feeds)) };
    if (f.updates.length > 0)
      for (const name of values.keys()) outputs[`after ${name}`] = await program.read(name);
    return outputs;
  } finally {
    await program.dispose();
  }
}

/** ‖got − want‖ / ‖want‖; absolute where want is all zeros; NaN where the lengths differ. */
export function normError(got: ArrayLike<number>, want: ArrayLike<number>): number {
  if (got.length !== want.length) return NaN;
  let [difference, size] = [0, 0];
  for (let i = 0; i < want.length; i++) {
    difference += (got[i] - want[i]) ** 2;
    size += want[i] ** 2;
  }
  return Math.sqrt(difference) / (size > 0 ? Math.sqrt(size) : 1);
}

/** The largest |got − want| / |want| over the entries; entries below 1e-30 are compared absolutely. */
export function entryError(got: ArrayLike<number>, want: ArrayLike<number>): number {
  if (got.length !== want.length) return NaN;
  let worst = 0;
  for (let i = 0; i < want.length; i++) {
    const error = Math.abs(got[i] - want[i]) / Math.max(Math.abs(want[i]), 1e-30);
    if (!(error <= worst)) worst = error;
  }
  return worst;
}
