import type { Either } from 'fp-ts/lib/Either.js';
import { left } from 'fp-ts/lib/Either.js';
import { resolveRunSpec } from '@grokscope/experiments';
import { builtIn } from '@grokscope/parts';
import type { RunSpec, SpecError } from '@grokscope/schema';
import { applySet, formatSpecErrors } from '@grokscope/schema';
import type { Order } from '../view/address.js';
import type { ApiProblem } from '../connection/api.js';

/** An error as the start form shows it: the form calls the base a preset. */
const problemOf = (error: SpecError): ApiProblem => {
  const named = { ...error, path: error.path === 'base' ? 'preset' : error.path };
  return { path: named.path, message: formatSpecErrors([named]), allowed: named.allowed };
};

/** The full spec of a request, as a server would make it; Left lists every fault, field by field. */
export const resolveOrder = ({ preset, set }: Order): Either<readonly ApiProblem[], RunSpec> => {
  const input = applySet({ base: preset }, set, builtIn);
  const spec = input._tag === 'Left' ? input : resolveRunSpec(input.right);
  return spec._tag === 'Left' ? left(spec.left.map(problemOf)) : spec;
};
