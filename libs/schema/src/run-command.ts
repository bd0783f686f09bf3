import * as E from 'fp-ts/lib/Either.js';
import Type from 'typebox';
import type { Static } from 'typebox';
import type { SpecError } from './errors.js';
import { specError } from './errors.js';
import { closed, integer, numberFrom, oneOf } from './fields.js';
import { isPlainObject, own, validate } from './validate.js';

/** What a live run is told, as a JSON Schema, told apart by `command`. */
export const RunCommandSchema = Type.Union([
  closed({ command: oneOf('pause') }),
  closed({ command: oneOf('resume') }),
  /** `n` steps and then a pause. */
  closed({ command: oneOf('step'), n: integer(1, 1_000_000) }),
  closed({ command: oneOf('stop') }),
  /** A changed setting; a learning rate must be above 0, a rule the decoder adds. */
  closed({
    command: oneOf('set'),
    path: oneOf('optimizer.lr', 'optimizer.weightDecay'),
    value: numberFrom(0),
  }),
]);

/** What a live run is told: it takes effect at the next step's border. */
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
