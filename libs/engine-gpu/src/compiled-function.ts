import { invariant, sizeOf } from '@grokscope/base';
import { EngineError } from '@grokscope/engine';
import {
  isPersistent,
  isUpdate,
  lastReaders,
  schedule,
  type GraphFunction,
  type GraphNode,
} from '@grokscope/graph';
import type { ArrayDevice, LaunchArray } from './array-device.js';
import type { DeviceArray } from './gpu-js.js';
import { FixedArrays } from './fixed-arrays.js';
import { checkStages } from './stages/limits.js';
import { lower } from './lower.js';
import type { Stage, StageArray } from './stages/stage.js';
import { checkIndices, type StoredTensor } from './tensor-store.js';

interface PlannedNode {
  readonly node: GraphNode;
  readonly stages: readonly Stage[];
  /** Nodes whose values are not read after this one. */
  readonly lastUses: readonly number[];
}

/** One graph function as a list of launches. Values stay on the device and are deleted after their last reader. */
export class CompiledFunction {
  readonly #values: readonly PlannedNode[];
  readonly #updates: readonly PlannedNode[];
  readonly #fixed: FixedArrays;
  readonly #results = new Map<number, DeviceArray>();

  /** Throws `EngineError` for tensors and constant indices that float32 positions cannot address. */
  constructor(
    private readonly device: ArrayDevice,
    private readonly f: GraphFunction,
    private readonly tensors: ReadonlyMap<string, StoredTensor>,
  ) {
    this.#fixed = new FixedArrays(device);
    const plan = planOf(f, device.targets);
    this.#values = plan.filter(({ node }) => !isUpdate(node.op));
    this.#updates = plan.filter(({ node }) => isUpdate(node.op));
  }

  /** Runs once; returns the outputs if requested, read before the updates, which run after every result is known. */
  async run(wantOutputs: boolean): Promise<Record<string, Float32Array>> {
    try {
      for (const planned of this.#values) await this.#compute(planned);
      const outputs = wantOutputs ? await this.#readOutputs() : {};
      for (const planned of this.#updates) await this.#compute(planned);
      return outputs;
    } finally {
      for (const id of [...this.#results.keys()]) this.#drop(id);
    }
  }

  free(): void {
    this.#fixed.free();
  }

  async #compute({ node, stages, lastUses }: PlannedNode): Promise<void> {
    const results = await this.#launch(node, stages);
    stages.forEach(({ replaces = [] }, i) => {
      for (const { operand, target } of replaces)
        this.#tensor(node.inputs[operand]).replace(results[i][target]);
    });
    if (!isUpdate(node.op) && results.length > 0) {
      this.#results.set(node.id, results[results.length - 1][0]);
      deleteAll(results.slice(0, -1));
    }
    for (const id of lastUses) this.#drop(id);
  }

  /** The results of a node's stages, which the caller keeps or deletes. */
  async #launch(node: GraphNode, stages: readonly Stage[]): Promise<readonly (readonly DeviceArray[])[]> {
    const results: (readonly DeviceArray[])[] = [];
    try {
      for (const stage of stages) {
        const args: LaunchArray[] = [];
        for (const array of stage.arrays) args.push(await this.#argument(array, node, stages, results));
        results.push(await this.device.launch(stage, args, node.op));
      }
      return results;
    } catch (error) {
      deleteAll(results);
      throw error;
    }
  }

  async #argument(
    from: StageArray,
    { inputs }: GraphNode,
    stages: readonly Stage[],
    results: readonly (readonly DeviceArray[])[],
  ): Promise<LaunchArray> {
    const vectors = from.vectors === true;
    switch (from.from) {
      case 'operand': {
        const id = inputs[from.operand];
        return { array: await this.#value(id), size: sizeOf(this.f.graph.node(id).shape), vectors };
      }
      case 'table':
        return { array: await this.#fixed.onDevice(from.values), size: from.values.length, vectors };
      case 'stage':
        return { array: results[from.stage][from.target], size: stages[from.stage].size, vectors };
      default:
        return from satisfies never;
    }
  }

  async #readOutputs(): Promise<Record<string, Float32Array>> {
    const outputs: Record<string, Float32Array> = {};
    for (const [name, { id }] of Object.entries(this.f.outputs))
      outputs[name] = await this.device.read(await this.#value(id));
    return outputs;
  }

  /** A node's values on the device: persistent, constant (uploaded once) or computed in this run. */
  async #value(id: number): Promise<DeviceArray> {
    const node = this.f.graph.node(id);
    if (isPersistent(node)) return this.#tensor(id).onDevice();
    if (node.op === 'constant') return this.#fixed.onDevice(node.attributes.values);
    const known = this.#results.get(id);
    invariant(known, `${node.op} node ${id} is read before it is computed`);
    return known;
  }

  #tensor(id: number): StoredTensor {
    const node = this.f.graph.node(id);
    invariant('name' in node.attributes, `${node.op} node ${id} is not a persistent tensor`);
    const tensor = this.tensors.get(node.attributes.name);
    invariant(tensor, `no tensor stored for "${node.attributes.name}"`);
    return tensor;
  }

  #drop(id: number): void {
    this.#results.get(id)?.delete();
    this.#results.delete(id);
  }
}

function deleteAll(results: readonly (readonly DeviceArray[])[]): void {
  for (const result of results.flat()) result.delete();
}

function planOf(f: GraphFunction, targets: number): readonly PlannedNode[] {
  const order = schedule(f);
  const outputs = Object.values(f.outputs).map((t) => t.id);
  const uses = order.map((): number[] => []);
  for (const [id, position] of lastReaders(order, outputs)) uses[position]?.push(id);
  return order.map((node, position) => {
    checkNode(node);
    const stages = lower(node, f.graph, targets);
    checkStages(node, stages, (i) => sizeOf(f.graph.node(node.inputs[i]).shape));
    return { node, stages, lastUses: uses[position] };
  });
}

function checkNode(node: GraphNode): void {
  if (sizeOf(node.shape) === 0)
    throw new EngineError(
      'Unsupported',
      `${node.op} [${node.shape.join(', ')}] is empty; the gpu engine needs entries`,
    );
  if (node.op === 'constant' && node.dtype === 'i32')
    checkIndices(node.attributes.values, `constant ${node.id}`);
}
