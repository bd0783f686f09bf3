import * as E from 'fp-ts/lib/Either.js';
import type { RunSpec } from '@grokscope/schema';
import { weighSpec, type OwnParts } from 'grokscope';
import type { ServerError } from '../errors.js';

/**
 * Admits a spec whose task can be set up and whose run fits into memory. No example is generated here, since that would
 * hold up all clients: a task that has too few to draw is refused by the run's process, before it writes anything. Files
 * that the spec names are read: they are in the server's data folder.
 */
export function admitSpec(spec: RunSpec, { catalogue, measures }: OwnParts): E.Either<ServerError, RunSpec> {
  const weighed = weighSpec(spec, undefined, catalogue, measures);
  if (E.isLeft(weighed)) return E.left({ _tag: 'BadInput', ...weighed.left });
  return E.right(spec);
}
