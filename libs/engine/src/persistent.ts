import { sizeOf } from '@grokscope/base';
import type { Shape } from '@grokscope/base';
import { isPersistent } from '@grokscope/graph';
import type { DType, PersistentOp } from '@grokscope/graph';
import type { Feed, Functions } from './contract.js';
import { EngineError } from './errors.js';

/** A tensor kept between runs, by name. */
export interface PersistentTensor {
  readonly name: string;
  readonly kind: PersistentOp;
  readonly shape: Shape;
  readonly dtype: DType;
}

/**
 * The parameters, states and inputs that the functions of one program share by name, in order of appearance. Throws
 * `EngineError` if two functions disagree about a name.
 */
export function persistentTensors(functions: Functions): ReadonlyMap<string, PersistentTensor> {
  const found = new Map<string, PersistentTensor>();
  for (const { graph } of Object.values(functions))
    for (const node of graph.nodes) {
      if (!isPersistent(node)) continue;
      const tensor: PersistentTensor = {
        name: node.attributes.name,
        kind: node.op,
        shape: node.shape,
        dtype: node.dtype,
      };
      const known = found.get(tensor.name);
      if (known && JSON.stringify(known) !== JSON.stringify(tensor))
        throw new EngineError(
          'Unsupported',
          `the program's functions disagree about "${tensor.name}": ${JSON.stringify(known)} and ${JSON.stringify(tensor)}`,
        );
      found.set(tensor.name, tensor);
    }
  return found;
}

/**
 * The tensor of that name, which must hold that many values; otherwise throws `EngineError` with the names or size that
 * exist.
 */
export function findPersistent(
  tensors: ReadonlyMap<string, PersistentTensor>,
  name: string,
  length?: number,
): PersistentTensor {
  const tensor = tensors.get(name);
  if (!tensor)
    throw new EngineError(
      'UnknownName',
      `no tensor "${name}" in this program; it has ${[...tensors.keys()].join(', ')}`,
    );
  if (length !== undefined && length !== sizeOf(tensor.shape))
    throw new EngineError(
      'WrongSize',
      `"${name}" takes ${sizeOf(tensor.shape)} values ([${tensor.shape.join(', ')}]), got ${length}`,
    );
  return tensor;
}

/**
 * Checks every name and size of the feeds before anything runs: there must be at least one feed, and only inputs may be
 * fed.
 */
export function checkFeeds(tensors: ReadonlyMap<string, PersistentTensor>, feeds: readonly Feed[]): void {
  if (feeds.length === 0)
    throw new EngineError(
      'WrongSize',
      'no feeds: a function runs once for each, so at least one (it may be {}) is needed',
    );
  for (const feed of feeds)
    for (const [name, values] of Object.entries(feed))
      if (findPersistent(tensors, name, values.length).kind !== 'input')
        throw new EngineError('UnknownName', `"${name}" is not an input: set it with write()`);
}

/** The function of that name; otherwise throws `EngineError` with the existing names. */
export function findFunction<T>(functions: ReadonlyMap<string, T>, name: string): T {
  const found = functions.get(name);
  if (found === undefined)
    throw new EngineError(
      'UnknownName',
      `no function "${name}"; the program has ${[...functions.keys()].join(', ')}`,
    );
  return found;
}
