import * as E from 'fp-ts/lib/Either.js';
import { resolveRunSpec } from '@grokscope/experiments';
import type { FullCatalogue } from '@grokscope/parts';
import type { RunSpec, SpecError } from '@grokscope/schema';
import { applySet, specError } from '@grokscope/schema';
import { noOwnParts, orFault, type OwnParts } from 'grokscope';
import { admitSpec } from './admit-spec.js';
import { inDataFolder } from './data-folder.js';
import { withOwnFiles } from './own-files.js';
import type { ServerError } from '../errors.js';

/**
 * The run that a request's body asks for: a RunSpec, or `{preset, set}` with `set` an object of values by path
 * or a list of `path=value` texts, made of the parts the server has. Every fault is listed; a run that does not fit into
 * memory is refused, and so is one that names data files which are not in `dataFolder`.
 */
export function readOrder(
  body: unknown,
  dataFolder?: string,
  own: OwnParts = noOwnParts,
): E.Either<ServerError, RunSpec> {
  const bad = (errors: readonly Pick<SpecError, 'path' | 'value' | 'message' | 'allowed'>[]) =>
    E.left<ServerError>({ _tag: 'BadInput', code: 'invalidSpec', errors });
  const { catalogue } = own;
  const read = (): E.Either<ServerError, RunSpec> => {
    const input = readInput(body, catalogue);
    if (E.isLeft(input)) return bad(input.left);
    const withFiles = withOwnFiles(input.right, own);
    if (E.isLeft(withFiles)) return bad(withFiles.left);
    const spec = resolveRunSpec(withFiles.right, catalogue);
    if (E.isLeft(spec)) return bad(spec.left);
    const whole = inDataFolder(spec.right, dataFolder, catalogue);
    return E.isLeft(whole) ? bad(whole.left) : admitSpec(whole.right, own);
  };
  return orFault(read, (error): ServerError => ({ _tag: 'BadInput', code: 'invalidSpec', errors: [error] }));
}

function readInput(body: unknown, catalogue: FullCatalogue): E.Either<readonly SpecError[], unknown> {
  if (typeof body !== 'object' || body === null || !('preset' in body)) return E.right(body);
  const { preset, set, ...others } = body as Record<string, unknown>;
  const unknown = Object.entries(others).map(([key, value]) => specError(key, value, 'only preset and set'));
  const assignments = readAssignments(set);
  const wrongPreset = presetErrors(preset, catalogue);
  const errors = [...unknown, ...wrongPreset, ...(E.isLeft(assignments) ? assignments.left : [])];
  if (errors.length > 0 || E.isLeft(assignments)) return E.left(errors);
  return applySet({ base: preset }, assignments.right, catalogue);
}

/** As `resolveRunSpec` says it, under the name that the client gave it by. */
function presetErrors(preset: unknown, catalogue: FullCatalogue): readonly SpecError[] {
  const known = resolveRunSpec({ base: preset ?? null }, catalogue);
  if (E.isRight(known)) return [];
  return known.left.filter(({ path }) => path === 'base').map((error) => ({ ...error, path: 'preset' }));
}

function readAssignments(set: unknown): E.Either<readonly SpecError[], readonly string[]> {
  if (set === undefined) return E.right([]);
  if (Array.isArray(set) && set.every((entry) => typeof entry === 'string')) return E.right(set);
  if (typeof set === 'object' && set !== null && !Array.isArray(set)) {
    return E.right(Object.entries(set).map(([path, value]) => `${path}=${JSON.stringify(value)}`));
  }
  return E.left([specError('set', set, 'an object of values by path, or a list of path=value texts')]);
}
