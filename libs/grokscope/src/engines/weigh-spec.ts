import { freemem, totalmem } from 'node:os';
import * as E from 'fp-ts/lib/Either.js';
import { namedMeasureFaults, type Measure } from '@grokscope/interpret';
import type { ExampleSizes } from '@grokscope/model';
import { builtIn, shapeOf, type FullCatalogue } from '@grokscope/parts';
import type { FormattableError, SpecInput } from '@grokscope/schema';
import { specError } from '@grokscope/schema';
import { estimateTrainingBytes } from '@grokscope/training';
import { orFault } from '../parts/faults.js';
import { resolveWithFiles } from '../files/resolve-with-files.js';

/** Why a valid spec is not run here. */
export interface SpecRefusal {
  readonly code: 'invalidSpec' | 'memoryTooSmall';
  readonly errors: readonly FormattableError[];
}

/** macOS counts only idle memory as free; it gives most of what its caches hold away on demand. */
const USABLE_OF_A_MAC = 0.75;

/** Memory that a new process may take here, in bytes: what is free, within the limit of this process's container. */
export function freeBytes(): number {
  if (process.platform === 'darwin') return totalmem() * USABLE_OF_A_MAC;
  // Available from Node.js 20.13 on.
  const { availableMemory } = process as Partial<Pick<NodeJS.Process, 'availableMemory'>>;
  return Math.min(availableMemory?.call(process) ?? Infinity, freemem());
}

/**
 * Admits a spec whose run is estimated to fit into `free` bytes of memory (`estimateTrainingBytes`); everything that
 * starts runs for others calls it first. It generates no examples, so that a server can call it; whether a task that
 * draws its examples has enough of them is therefore not checked. Returns the sizes of the examples.
 */
export const weighSpec = (
  input: SpecInput,
  free = freeBytes(),
  catalogue: FullCatalogue = builtIn,
  measures?: readonly Measure[],
): E.Either<SpecRefusal, ExampleSizes> =>
  orFault(
    () => weigh(input, free, catalogue, measures),
    (error): SpecRefusal => ({ code: 'invalidSpec', errors: [error] }),
  );

function weigh(
  input: SpecInput,
  free: number,
  given: FullCatalogue,
  measures: readonly Measure[] | undefined,
): E.Either<SpecRefusal, ExampleSizes> {
  const resolved = resolveWithFiles(input, given);
  if (E.isLeft(resolved)) return E.left({ code: 'invalidSpec', errors: resolved.left });
  const { spec, catalogue } = resolved.right;
  const sizes = shapeOf(spec, catalogue);
  if (E.isLeft(sizes)) return E.left({ code: 'invalidSpec', errors: [sizes.left] });
  const unknown = namedMeasureFaults(spec, measures);
  if (unknown.length > 0) return E.left({ code: 'invalidSpec', errors: unknown });
  const needed = estimateTrainingBytes(spec, sizes.right, catalogue);
  if (needed <= free) return sizes;
  const { batchSize } = spec.training;
  const allowed = `a smaller model, batch or task, or ${mebibytes(needed - free)} more free memory`;
  const message = `needs about ${mebibytes(needed)} of memory, and ${mebibytes(free)} are free`;
  const error = specError('model', { ...spec.model, batchSize }, allowed, message);
  return E.left({ code: 'memoryTooSmall', errors: [error] });
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
