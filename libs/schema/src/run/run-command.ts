import * as E from 'fp-ts/lib/Either.js';
import Type from 'typebox';
import type { Static } from 'typebox';
import type { SpecError } from '../decoding/errors.js';
import { specError } from '../decoding/errors.js';
import { closed, integer, numberFrom, oneOf } from '../decoding/fields.js';
import { isPlainObject, own, validate } from '../decoding/validate.js';

/** The settings that can be changed while a run is live. */
export const settablePaths = ['optimizer.lr', 'optimizer.weightDecay'] as const;

/** Where a command came from. */
export const commanders = ['page', 'api', 'code', 'command line'] as const;
/** A sender of commands. */
export type Commander = (typeof commanders)[number];

const common = {
  /**
   * The step before whose update it takes effect; absent: as soon as it is received. Refused if the run is already
   * beyond it.
   */
  at: Type.Optional(integer(0)),
  /** The sender; default: the party that forwards it. */
  by: Type.Optional(oneOf(...commanders)),
};

/** A command to a live run, as a JSON Schema, told apart by `command`. */
export const RunCommandSchema = Type.Union([
  closed({ command: oneOf('pause'), ...common }),
  closed({ command: oneOf('resume'), ...common }),
  /** `n` steps and then a pause. */
  closed({ command: oneOf('step'), n: integer(1, 1_000_000), ...common }),
  closed({ command: oneOf('stop'), ...common }),
  /** A changed setting; a learning rate must be above 0, a rule the decoder adds. */
  closed({ command: oneOf('set'), path: oneOf(...settablePaths), value: numberFrom(0), ...common }),
]);

/** A command to a live run: it takes effect between steps, at once or before step `at`. */
export type RunCommand = Static<typeof RunCommandSchema>;

/** The names of the commands. */
export const commandNames = ['pause', 'resume', 'step', 'stop', 'set'] as const;

/** Decodes a RunCommand; `step` without `n` is one step. */
export function decodeRunCommand(input: unknown): E.Either<readonly SpecError[], RunCommand> {
  if (!isPlainObject(input)) return E.left([specError('', input, 'an object with the key command')]);
  const isBareStep = own(input, 'command') === 'step' && own(input, 'n') === undefined;
  const filled = isBareStep ? { ...input, n: 1 } : input;
  const errors = validate(RunCommandSchema, filled);
  if (errors.length > 0) return E.left(errors);
  const command = filled as unknown as RunCommand;
  if (command.command === 'set' && command.path === 'optimizer.lr' && command.value === 0) {
    return E.left([specError('value', 0, 'a number above 0')]);
  }
  return E.right(command);
}
