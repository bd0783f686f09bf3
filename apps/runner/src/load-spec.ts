import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { findPreset, resolveRunSpec } from '@grokscope/experiments';
import { namedMeasureFaults } from '@grokscope/interpret';
import { builtIn, datasetOf } from '@grokscope/parts';
import type { RunSpec } from '@grokscope/schema';
import { applySet } from '@grokscope/schema';
import type { Dataset } from '@grokscope/tasks';
import type { SpecRefusal } from 'grokscope';
import { withBaseFile } from './base-file.js';
import type { CliError } from './errors.js';
import { usage } from './errors.js';
import { nameOf, refuseSweep } from './kind-of-file.js';
import { readSpecFile } from './read-spec-file.js';

/** A spec with its defaults filled in, and the examples it makes. */
export interface LoadedSpec {
  readonly spec: RunSpec;
  readonly dataset: Dataset;
}

/** Whether a spec can be run here; see `weighSpec`. */
export type Weigh = (spec: RunSpec) => E.Either<SpecRefusal, unknown>;

/**
 * The spec named by a preset or a file, with `path=value` assignments laid over it.
 *
 * Everything that can be refused before a run starts is refused here, every fault listed. `weigh` says whether a valid
 * spec can be run here; one that is not to be run is not weighed.
 */
export async function loadSpec(
  presetOrFile: string,
  assignments: readonly string[],
  weigh?: Weigh,
): Promise<E.Either<CliError, LoadedSpec>> {
  const input = await readInput(presetOrFile);
  return E.isLeft(input) ? input : specFrom(nameOf(presetOrFile), input.right, assignments, weigh);
}

/** The spec that `input` (already parsed) writes down; `source` names it in errors. */
export function specFrom(
  source: string,
  input: unknown,
  assignments: readonly string[],
  weigh?: Weigh,
): E.Either<CliError, LoadedSpec> {
  const badSpec = (errors: Extract<CliError, { _tag: 'BadSpec' }>['errors']): E.Either<CliError, never> =>
    E.left({ _tag: 'BadSpec', source, errors });
  const assigned = applySet(input, assignments, builtIn);
  if (E.isLeft(assigned)) return badSpec(assigned.left);
  const spec = resolveRunSpec(assigned.right);
  if (E.isLeft(spec)) return badSpec(spec.left);
  const weighed = weigh?.(spec.right);
  if (weighed !== undefined && E.isLeft(weighed)) return badSpec(weighed.left.errors);
  const dataset = datasetOf(spec.right);
  if (E.isLeft(dataset)) return badSpec([dataset.left]);
  const unfit = namedMeasureFaults(spec.right, [], dataset.right);
  if (unfit.length > 0) return badSpec(unfit);
  return E.right({ spec: spec.right, dataset: dataset.right });
}

async function readInput(presetOrFile: string): Promise<E.Either<CliError, unknown>> {
  const preset = findPreset(presetOrFile);
  if (E.isRight(preset)) return E.right(preset.right.spec);
  const looksLikeFile = /[\\/]/.test(presetOrFile) || /^\.(ya?ml|json)$/i.test(extname(presetOrFile));
  if (looksLikeFile || presetOrFile === '-' || existsSync(presetOrFile)) {
    const read = await readSpecFile(presetOrFile);
    const spec = E.isLeft(read) ? read : refuseSweep(presetOrFile, read.right);
    return E.isLeft(spec) ? spec : withBaseFile(spec.right, presetOrFile);
  }
  return E.left(
    usage(
      `there is no file ${JSON.stringify(presetOrFile)} here, nor a preset of that name. ${preset.left.message}`,
    ),
  );
}
