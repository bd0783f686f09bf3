import { sizeOf } from '@grokscope/base';
import { EngineError } from '@grokscope/engine';
import { isUpdate, lastReaders, schedule, type GraphFunction, type GraphNode } from '@grokscope/graph';
import type { GpuDevice } from './device.js';
import type { DeviceArray } from './gpu-js.js';
import { lower, type Lowered } from './kernels/lower.js';
import { checkIndices, EXACT_INTEGERS, type StoredTensor } from './tensor-store.js';

interface PlannedNode {
  readonly node: GraphNode;
  readonly lowered: Lowered;
  /** Nodes whose values nobody reads after this one. */
  readonly lastUses: readonly number[];
}

/** One graph function as a list of launches. Values stay on the device and are deleted after their last reader. */
export class CompiledFunction {
  readonly #plan: readonly PlannedNode[];
  readonly #constants = new Map<number, DeviceArray>();
  readonly #values = new Map<number, DeviceArray>();

  constructor(
    private readonly device: GpuDevice,
    private readonly f: GraphFunction,
    private readonly tensors: ReadonlyMap<string, StoredTensor>,
  ) {
    const order = schedule(f);
    for (const node of order) checkNode(node);
    const last = lastReaders(order, Object.values(f.outputs).map((t) => t.id));
    this.#plan = order.map((node, position) => ({
      node,
      lowered: lower(node, f.graph),
      lastUses: order.filter((n) => last.get(n.id) === position).map((n) => n.id),
    }));
  }

  /** Runs once; gives the outputs if they are wanted. Outputs are read before the updates, which come after them. */
  async run(wantOutputs: boolean): Promise<Readonly<Record<string, Float32Array>> | null> {
    try {
      for (const planned of this.#plan) if (!isUpdate(planned.node.op)) await this.#compute(planned);
      const outputs = wantOutputs ? await this.#readOutputs() : null;
      for (const planned of this.#plan) if (isUpdate(planned.node.op)) await this.#compute(planned);
      return outputs;
    } finally {
      for (const array of this.#values.values()) array.delete();
      this.#values.clear();
    }
  }

  free(): void {
    for (const array of this.#constants.values()) array.delete();
    this.#constants.clear();
  }

  async #compute({ node, lowered, lastUses }: PlannedNode): Promise<void> {
    const results: DeviceArray[] = [];
    const kept = new Set<DeviceArray>();
    try {
      for (const stage of lowered.stages) {
        const arrays: DeviceArray[] = [];
        for (const { operand, stage: earlier } of stage.arrays)
          arrays.push(operand === undefined ? results[earlier] : await this.#value(node.inputs[operand]));
        const sizes = stage.arrays.map(({ operand, stage: earlier }) =>
          operand === undefined ? lowered.stages[earlier].size : this.#sizeOf(node.inputs[operand]),
        );
        results.push(await this.device.launch(stage, arrays, sizes, node.op));
      }
      if (lowered.writes.length > 0)
        for (const { operand, stage } of lowered.writes) {
          this.#tensor(node.inputs[operand]).replace(results[stage]);
          kept.add(results[stage]);
        }
      else if (results.length > 0) {
        this.#values.set(node.id, results[results.length - 1]);
        kept.add(results[results.length - 1]);
      }
    } finally {
      for (const result of results) if (!kept.has(result)) result.delete();
    }
    for (const id of lastUses) this.#drop(id);
  }

  async #readOutputs(): Promise<Record<string, Float32Array>> {
    const outputs: Record<string, Float32Array> = {};
    for (const [name, { id }] of Object.entries(this.f.outputs)) {
      const { node } = this.#leaf(id);
      outputs[name] = node ? await node.read() : await this.device.read(await this.#value(id));
    }
    return outputs;
  }
}
