import type * as E from 'fp-ts/lib/Either.js';
import Type from 'typebox';
import type { Static } from 'typebox';
import type { SpecError } from '../decoding/errors.js';
import { integer, numberFrom } from '../decoding/fields.js';
import { decodeBy } from '../decoding/validate.js';

const stepOrNull = Type.Union([integer(0), Type.Null()], { allowed: 'an integer of at least 0, or null' });

/** What a run carries from step to step besides its tensors, as a JSON Schema. */
export const RunProgressSchema = Type.Object({
  /** Settings that commands changed, by path: `optimizer.lr` → 0.001. */
  settings: Type.Record(Type.String(), Type.Number(), { allowed: 'numbers by path' }),
  /** First measured step with train accuracy ≥ 0.99; null if none yet. */
  stepMemorized: stepOrNull,
  /** First measured step with test accuracy ≥ 0.99; null if none yet. */
  stepGeneralized: stepOrNull,
  /** Last measured step with test accuracy ≥ 0.99 since the run last fell back; absent if there is none. */
  learnedAt: Type.Optional(integer(0)),
  /** Training time so far in milliseconds, pauses excluded, and the part of it that went into measuring. */
  elapsedMs: numberFrom(0),
  evaluationMs: numberFrom(0),
});

/** What a run carries from step to step besides its tensors: kept with every checkpoint. */
export type RunProgress = Static<typeof RunProgressSchema>;

/** Decodes a RunProgress, already parsed from JSON; unknown keys are kept. */
export function decodeRunProgress(input: unknown): E.Either<readonly SpecError[], RunProgress> {
  return decodeBy(RunProgressSchema, input);
}
