import { specError, type SpecError } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { isPartFault, type PartFault, type PartRole } from './defined.js';

/** The path at which a spec names a part of each role. */
const PATHS: Readonly<Record<PartRole, string>> = {
  task: 'task.kind',
  model: 'model.kind',
  optimizer: 'optimizer.kind',
  gradientStep: 'optimizer',
  loss: 'training.loss',
  activation: 'model.actFn',
  measure: 'use',
  sink: 'use',
};

/** Converts a fault of a part to an error of the spec that names the part. */
export const faultError = (fault: PartFault): SpecError => {
  const { role, name } = fault.part;
  return specError(PATHS[role], name, 'a part without faults', fault.message);
};

/**
 * Runs a function that reads a spec with parts that are not built in. A fault of a part becomes its Left; any other
 * exception passes through.
 */
export function orFault<L, A>(read: () => E.Either<L, A>, refuse: (error: SpecError) => L): E.Either<L, A> {
  try {
    return read();
  } catch (thrown) {
    if (!isPartFault(thrown)) throw thrown;
    return E.left(refuse(faultError(thrown)));
  }
}
