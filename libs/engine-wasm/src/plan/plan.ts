import { sizeOf } from '@grokscope/base';
import { persistentTensors } from '@grokscope/engine';
import type { Functions, PersistentTensor } from '@grokscope/engine';
import { isPersistent, type DType, type GraphFunction } from '@grokscope/graph';
import { WORDS } from '../opcodes.js';
import { align, planArena } from './arena.js';
import { LEFT_SCRATCH_BYTES } from './addresses.js';
import { encodePhase, phaseScratch } from './encode-phase.js';
import { createGroup, type Group } from './groups.js';
import { indexLimits } from './index-limits.js';
import { lifetimes, planPhases } from './phases.js';
import { ownBytes } from './together.js';
import { outputSources, planSteps, source } from './steps.js';
import type { Step } from './step.js';

/** A tensor's address and size in the memory. */
export interface Allocation {
  readonly address: number;
  readonly size: number;
  readonly dtype: DType;
}

export interface FunctionPlan {
  /** Address of the first instruction. */
  readonly program: number;
  readonly instructions: Int32Array;
  readonly count: number;
  readonly outputs: ReadonlyMap<string, Allocation>;
}

/** The layout of one program's memory: everything it holds and where. No decision is made after planning. */
export interface Plan {
  readonly bytes: number;
  readonly tensors: ReadonlyMap<string, PersistentTensor>;
  readonly places: ReadonlyMap<string, Allocation>;
  /** The bound of an index input's entries. */
  readonly limits: ReadonlyMap<string, number>;
  readonly constants: readonly { readonly address: number; readonly values: Float32Array | Int32Array }[];
  readonly functions: ReadonlyMap<string, FunctionPlan>;
}

/** The first bytes: address 0 means "none", address 64 is the barrier, both on cache lines of their own. */
const FIRST_FREE = 128;

/** Plans functions for a number of threads; throws `EngineError` for conflicting names and for indices out of range. */
export function planProgram(functions: Functions, threads: number): Plan {
  let bytes = FIRST_FREE;
  const reserve = (size: number): number => {
    const address = bytes;
    bytes += align(size);
    return address;
  };
  const limits = indexLimits(Object.values(functions));
  const tensors = persistentTensors(functions);
  const places = new Map<string, Allocation>();
  for (const { name, shape, dtype } of tensors.values())
    places.set(name, { address: reserve(4 * sizeOf(shape)), size: sizeOf(shape), dtype });

  const constants = new Map<Float32Array | Int32Array, number>();
  const group = createGroup();
  const drafts = Object.entries(functions).map(([name, f]) => draft(name, f, group, threads));
  for (const { f, steps, groups } of drafts) {
    for (const id of leavesOf(f, steps)) {
      const node = f.graph.node(id);
      if (node.op === 'constant' && !constants.has(node.attributes.values))
        constants.set(node.attributes.values, reserve(4 * node.attributes.values.length));
    }
    for (const values of groups.values())
      if (!constants.has(values)) constants.set(values, reserve(4 * values.length));
  }
  const programs = drafts.map(({ steps }) => reserve(4 * WORDS * steps.length));
  const leftScratch = reserve(threads * LEFT_SCRATCH_BYTES);
  const scratch = reserve(Math.max(0, ...drafts.map((d) => d.scratch)));
  const arena = reserve(Math.max(0, ...drafts.map((d) => d.arena.bytes)));

  const plans = drafts.map(({ name, f, phases, groups, arena: { offsets } }, i): [string, FunctionPlan] => {
    const result = (id: number): number => arena + offsets.get(id)!;
    const value = (shown: number): number => {
      const id = source(f.graph, shown);
      const node = f.graph.node(id);
      if (node.op === 'constant') return constants.get(node.attributes.values)!;
      if (isPersistent(node)) return places.get(node.attributes.name)!.address;
      return result(id);
    };
    const groupsAt = (id: number): number => (groups.has(id) ? constants.get(groups.get(id)!)! : 0);
    const addresses = { value, result, groups: groupsAt, scratch, leftScratch };
    const words = phases.flatMap((phase) => encodePhase(phase, f.graph, addresses));
    const instructions = Int32Array.from(words.flat());
    const outputs = Object.entries(f.outputs).map(
      ([output, { id: shown, shape, dtype }]): [string, Allocation] => {
        const id = source(f.graph, shown);
        return [output, { address: offsets.has(id) ? result(id) : value(id), size: sizeOf(shape), dtype }];
      },
    );
    return [name, { program: programs[i], instructions, count: words.length, outputs: new Map(outputs) }];
  });
  return {
    bytes,
    tensors,
    places,
    limits,
    constants: [...constants].map(([values, address]) => ({ address, values })),
    functions: new Map(plans),
  };
}

/** A function's steps and the space for its values, before addresses are assigned. */
function draft(name: string, f: GraphFunction, group: Group, threads: number) {
  const steps = planSteps(f);
  const phases = planPhases(steps);
  const own = new Map(
    steps.flatMap((step) => (step.isOwn ? [[step.node.id, threads * ownBytes(step)] as const] : [])),
  );
  const living = [...lifetimes(phases, outputSources(f))].map(([id, life]) => {
    const bytes = own.get(id) ?? 4 * sizeOf(f.graph.node(id).shape);
    return [id, { ...life, bytes }] as const;
  });
  const groups = new Map<number, Int32Array>();
  for (const { node } of steps) {
    const values = group(node, f.graph);
    if (values) groups.set(node.id, values);
  }
  const scratch = Math.max(0, ...phases.map((phase) => phaseScratch(phase, f.graph)));
  return { name, f, steps, phases, groups, arena: planArena(new Map(living)), scratch };
}

const leavesOf = (f: GraphFunction, steps: readonly Step[]): ReadonlySet<number> =>
  new Set([...steps.flatMap((s) => s.inputs), ...outputSources(f)]);
