import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { findPreset } from '@grokscope/experiments';
import { namedMeasureFaults } from '@grokscope/interpret';
import { datasetOf } from '@grokscope/parts';
import type { RunSpec, SpecInput } from '@grokscope/schema';
import { applySet, mergeInputs } from '@grokscope/schema';
import type { Dataset } from '@grokscope/tasks';
import { noOwnParts, orFault, resolveWithFiles, type OwnParts, type SpecRefusal } from 'grokscope';
import { joinLayers, specLayers, usedByLayers } from './base-file.js';
import type { CliError } from './errors.js';
import { usage } from './errors.js';
import { nameOf, refuseSweep } from './kind-of-file.js';
import { readSpecFile } from './read-spec-file.js';
import { useFiles } from './use-files.js';

/** A spec with its defaults filled in, the examples it generates, and the parts that it may name. */
export interface LoadedSpec {
  readonly spec: RunSpec;
  readonly dataset: Dataset;
  /** Includes the contents of the data files that the spec names. */
  readonly own: OwnParts;
}

/** Checks whether a spec can be run here; see `weighSpec`. */
export type Weigh = (spec: RunSpec, own: OwnParts) => E.Either<SpecRefusal, unknown>;

/**
 * Loads the spec that a preset or a file names, with `path=value` assignments applied to it.
 *
 * Everything that can be refused before a run starts is refused here, with every fault listed. `weigh` checks whether a
 * valid spec can be run here; it is left out for a spec that is not to be run.
 *
 * @param use files of parts, in addition to those that the spec names, relative to the working directory
 */
export async function loadSpec(
  presetOrFile: string,
  assignments: readonly string[],
  weigh?: Weigh,
  use?: readonly string[],
): Promise<E.Either<CliError, LoadedSpec>> {
  const own = await useFiles(use, '--use');
  if (E.isLeft(own)) return own;
  const source = nameOf(presetOrFile);
  const input = await readInput(presetOrFile, own.right);
  if (E.isLeft(input)) return input;
  return specFrom(source, input.right.value, assignments, input.right.own, weigh);
}

/**
 * Decodes the spec in `input` (already parsed); `source` names it in errors. The spec uses every file of `own`; the
 * data files that it names are read unless `own` has their contents. Paths in assignments are relative to the working
 * directory.
 */
export const specFrom = (
  source: string,
  input: unknown,
  assignments: readonly string[],
  own: OwnParts = noOwnParts,
  weigh?: Weigh,
): E.Either<CliError, LoadedSpec> =>
  orFault(
    () => decodeSpec(source, input, assignments, own, weigh),
    (error): CliError => ({ _tag: 'BadSpec', source, errors: [error] }),
  );

function decodeSpec(
  source: string,
  input: unknown,
  assignments: readonly string[],
  own: OwnParts,
  weigh: Weigh | undefined,
): E.Either<CliError, LoadedSpec> {
  const badSpec = (errors: Extract<CliError, { _tag: 'BadSpec' }>['errors']): E.Either<CliError, never> =>
    E.left({ _tag: 'BadSpec', source, errors });
  const { catalogue, files } = own;
  const assigned = applySet(input, assignments, catalogue);
  if (E.isLeft(assigned)) return badSpec(assigned.left);
  const used =
    files.length === 0
      ? assigned.right
      : mergeInputs(assigned.right, { use: files.map(({ file }) => file) }, catalogue);
  const resolved = resolveWithFiles(used as SpecInput, catalogue);
  if (E.isLeft(resolved)) return badSpec(resolved.left);
  const { spec, catalogue: parts } = resolved.right;
  const all: OwnParts = { ...own, catalogue: parts };
  const weighed = weigh?.(spec, all);
  if (weighed !== undefined && E.isLeft(weighed)) return badSpec(weighed.left.errors);
  const dataset = datasetOf(spec, parts);
  if (E.isLeft(dataset)) return badSpec([dataset.left]);
  const unfit = namedMeasureFaults(spec, own.measures, dataset.right);
  if (unfit.length > 0) return badSpec(unfit);
  return E.right({ spec, dataset: dataset.right, own: all });
}

interface ReadInput {
  readonly value: unknown;
  /** Includes the contents of the data files that the spec names. */
  readonly own: OwnParts;
}

async function readInput(presetOrFile: string, own: OwnParts): Promise<E.Either<CliError, ReadInput>> {
  const preset = findPreset(presetOrFile, own.catalogue);
  if (E.isRight(preset)) return E.right({ value: preset.right.spec, own });
  const looksLikeFile = /[\\/]/.test(presetOrFile) || /^\.(ya?ml|json)$/i.test(extname(presetOrFile));
  if (looksLikeFile || presetOrFile === '-' || existsSync(presetOrFile)) {
    const read = await readSpecFile(presetOrFile);
    const spec = E.isLeft(read) ? read : refuseSweep(presetOrFile, read.right);
    const layers = E.isLeft(spec) ? spec : await specLayers(spec.right, presetOrFile);
    if (E.isLeft(layers)) return layers;
    const all = await useFiles(usedByLayers(layers.right), nameOf(presetOrFile), own);
    return E.isLeft(all)
      ? all
      : E.right({ value: joinLayers(layers.right, all.right.catalogue), own: all.right });
  }
  return E.left(
    usage(
      `there is no file ${JSON.stringify(presetOrFile)} here, nor a preset of that name. ${preset.left.message}`,
    ),
  );
}
