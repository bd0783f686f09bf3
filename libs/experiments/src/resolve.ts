import { nearest } from '@grokscope/base';
import { builtIn, decodeRunSpec, type BuiltIn, type RunSpec, type RunSpecOf } from '@grokscope/parts';
import type { Catalogue, Preset, SpecError, SpecInput } from '@grokscope/schema';
import {
  InvalidSpec,
  formatSpecErrors,
  formatValue,
  mergeInputs,
  presetsOf,
  sizeFault,
  specError,
} from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import type { UnknownPreset } from './errors.js';

/** The preset of this name; Left names the nearest one and all that exist. */
export function findPreset(name: string, catalogue: Catalogue = builtIn): E.Either<UnknownPreset, Preset> {
  const presets = presetsOf(catalogue);
  const found = presets.find((candidate) => candidate.name === name);
  if (found !== undefined) return E.right(found);
  const names = presets.map((candidate) => candidate.name);
  const meant = nearest(name, names);
  const suggestion = meant === undefined ? '' : ` Did you mean ${meant}?`;
  const allowed = names.join(', ');
  const message = `There is no preset ${formatValue(name)}.${suggestion} Presets: ${allowed}.`;
  return E.left({ _tag: 'UnknownPreset', name, message, allowed });
}

/**
 * The full spec of a preset, every default filled in; throws an `Error` that lists all presets if the name is unknown.
 *
 * For code that contains the name literally; a name from outside goes through `findPreset`.
 */
export function preset(name: string): RunSpec {
  const found = findPreset(name);
  if (E.isLeft(found)) throw new Error(found.left.message);
  const decoded = decodeRunSpec(found.right.spec);
  if (E.isLeft(decoded)) throw new Error(`preset ${name}:\n${formatSpecErrors(decoded.left)}`);
  return decoded.right;
}

/**
 * A RunSpec from user input, by the built-in parts unless others are given: `base: <preset>` is merged under the rest,
 * defaults under both.
 *
 * All errors are listed. An unknown base is the only error listed, since the meaning of the rest depends on it.
 */
export function resolveRunSpec<const C extends Catalogue = BuiltIn>(
  input: unknown,
  catalogue?: C,
): E.Either<readonly SpecError[], RunSpecOf<C>> {
  const size = sizeFault(input);
  if (size !== undefined) return E.left([size]);
  const withoutBase = resolveBase(input, catalogue ?? builtIn);
  return E.isLeft(withoutBase) ? withoutBase : decodeRunSpec(withoutBase.right, catalogue);
}

/** A RunSpec from code, resolved; throws `InvalidSpec` if it is not valid. */
export function requireRunSpec(input: SpecInput): RunSpec {
  const resolved = resolveRunSpec(input);
  if (E.isLeft(resolved)) throw new InvalidSpec(resolved.left);
  return resolved.right;
}

function resolveBase(input: unknown, catalogue: Catalogue): E.Either<readonly SpecError[], unknown> {
  if (typeof input !== 'object' || input === null || !Object.hasOwn(input, 'base')) return E.right(input);
  const { base, ...rest } = input as { readonly base: unknown };
  if (base === undefined) return E.right(rest);
  const names = presetsOf(catalogue).map(({ name }) => name);
  const allowed = `one of the presets ${names.join(', ')}`;
  if (typeof base !== 'string') return E.left([specError('base', base, allowed)]);
  const found = findPreset(base, catalogue);
  if (E.isRight(found)) return E.right(mergeInputs(found.right.spec, rest, catalogue));
  const meant = nearest(base, names);
  const suggestion = meant === undefined ? '' : `; did you mean ${meant}?`;
  return E.left([specError('base', base, allowed, `must be ${allowed}${suggestion}`)]);
}
