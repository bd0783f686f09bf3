import { sizeOf } from '@grokscope/base';
import { isComputed, isPersistent, isUpdate, schedule } from '@grokscope/graph';
import type { GraphFunction, GraphNode } from '@grokscope/graph';
import type { Engine, Feed, Functions, Program, Values } from '../contract.js';
import {
  checkFeeds,
  findFunction,
  findPersistent,
  persistentTensors,
  type PersistentTensor,
} from '../persistent.js';
import type { Cells } from './kernel.js';
import { evaluate } from './kernels.js';

/** The float64 engine: it defines the meaning of every op, in plain loops. One thread; slow; always available. */
export function createReferenceEngine(): Engine {
  return {
    name: 'reference',
    precision: 'float64',
    threads: 1,
    relaxedSimd: null,
    compile: async (functions) => compile(functions),
    dispose: async () => {},
  };
}

/** One function with a buffer for each of its nodes. */
interface CompiledFunction {
  readonly values: readonly GraphNode[];
  readonly updates: readonly GraphNode[];
  readonly cells: ReadonlyMap<number, Cells>;
  readonly f: GraphFunction;
}

function compile(functions: Functions): Program {
  const tensors = persistentTensors(functions);
  const persistent = new Map([...tensors.values()].map((t) => [t.name, allocate(t)]));
  const compiled = new Map(Object.entries(functions).map(([name, f]) => [name, prepare(f, persistent)]));
  return {
    write(name, values) {
      findPersistent(tensors, name, values.length);
      persistent.get(name)!.set(values);
    },
    async read(name) {
      findPersistent(tensors, name);
      return Float64Array.from(persistent.get(name)!);
    },
    async run(functionName, feeds) {
      const { values, updates, cells, f } = findFunction(compiled, functionName);
      checkFeeds(tensors, feeds);
      let outputs: Record<string, Values> = {};
      for (const feed of feeds) {
        set(persistent, feed);
        for (const node of values) runNode(node, f, cells);
        // Before the updates, since an output may be a parameter that they change.
        outputs = readOutputs(f, cells);
        for (const node of updates) runNode(node, f, cells);
      }
      return outputs;
    },
    async dispose() {
      persistent.clear();
      compiled.clear();
    },
  };
}

const allocate = ({ shape, dtype }: Pick<PersistentTensor, 'shape' | 'dtype'>): Cells =>
  dtype === 'i32' ? new Int32Array(sizeOf(shape)) : new Float64Array(sizeOf(shape));

function prepare(f: GraphFunction, persistent: ReadonlyMap<string, Cells>): CompiledFunction {
  const order = schedule(f);
  const cells = new Map<number, Cells>();
  for (const node of order) cells.set(node.id, cellsOf(node, persistent));
  const [values, updates] = [order.filter((n) => !isUpdate(n.op)), order.filter((n) => isUpdate(n.op))];
  return { values, updates, cells, f };
}

function cellsOf(node: GraphNode, persistent: ReadonlyMap<string, Cells>): Cells {
  if (isPersistent(node)) return persistent.get(node.attributes.name)!;
  if (node.op !== 'constant') return allocate(node);
  const { values } = node.attributes;
  return values instanceof Int32Array ? values : Float64Array.from(values);
}

function set(persistent: ReadonlyMap<string, Cells>, feed: Feed): void {
  for (const [name, values] of Object.entries(feed)) persistent.get(name)!.set(values);
}

function runNode(node: GraphNode, { graph }: GraphFunction, cells: ReadonlyMap<number, Cells>): void {
  if (!isComputed(node)) return;
  const operands = node.inputs.map((id) => cells.get(id)!);
  evaluate(node, operands, cells.get(node.id) as Float64Array, (id) => graph.node(id).shape);
}

const readOutputs = ({ outputs }: GraphFunction, cells: ReadonlyMap<number, Cells>): Record<string, Values> =>
  Object.fromEntries(Object.entries(outputs).map(([name, t]) => [name, Float64Array.from(cells.get(t.id)!)]));
