import type { GpuInstance, GpuKernel } from './gpu-js.js';
import { targetName, type Stage } from './stages/stage.js';

/** The key a kernel is built for; launches differ only in arrays and scalars. */
export type KernelShape = Pick<Stage, 'source' | 'size' | 'constants' | 'vectors'>;

/**
 * One kernel for each source, shape and operand sizes: gpu.js returns stale or wrong results if one kernel is used for
 * several. Every array has one dimension, so that arrays with equal numbers of entries have equal layouts.
 */
export class KernelCache {
  readonly #kernels = new Map<string, GpuKernel>();

  /** @param packed whether results hold 4 entries in each texel: GL only, and there 3 times faster than one */
  constructor(
    private readonly gpu: GpuInstance,
    private readonly packed: boolean,
  ) {}

  get({ source, size, constants, vectors }: KernelShape, argumentSizes: readonly number[]): GpuKernel {
    const key = JSON.stringify([source, size, argumentSizes, constants]);
    const known = this.#kernels.get(key);
    if (known) return known;
    const settings = {
      output: [vectors ? Math.ceil(size / 4) : size],
      constants,
      precision: 'single',
      tactic: 'precision',
      pipeline: true,
      immutable: true,
      ...(this.packed && !vectors ? { optimizeFloatMemory: true } : {}),
    };
    const targets = vectors?.targets ?? 1;
    const kernel =
      targets > 1
        ? this.gpu.createKernelMap(targetFunctions(targets), source, settings)
        : this.gpu.createKernel(source, settings);
    this.#kernels.set(key, kernel);
    return kernel;
  }

  clear(): void {
    this.#kernels.clear();
  }
}

/** Unique argument names, because gpu.js confuses equal ones. */
function targetFunctions(targets: number): Record<string, string> {
  const functions: Record<string, string> = {};
  for (let r = 1; r < targets; r++)
    functions[targetName(r)] =
      `function ${targetName(r)}(x${r}, y${r}, z${r}, w${r}) { return [x${r}, y${r}, z${r}, w${r}]; }`;
  return functions;
}
