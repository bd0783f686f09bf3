import * as E from 'fp-ts/lib/Either.js';
import type { CliError } from './errors.js';
import { usage } from './errors.js';
import { commandLine } from './paste.js';

/** Keys that only a sweep has, and keys that only the spec of one run has. */
const OF_A_SWEEP = ['vary', 'cases', 'seeds', 'finding'];
const OF_A_RUN = ['task', 'data', 'model', 'optimizer', 'training', 'observe'];

/** Refuses a sweep where the spec of one run is expected, and names the command that takes it. */
export function refuseSweep(path: string, input: unknown): E.Either<CliError, unknown> {
  const key = firstKey(input, OF_A_SWEEP);
  if (key === undefined || firstKey(input, OF_A_RUN) !== undefined) return E.right(input);
  const command = commandLine('sweep', path);
  return E.left(
    usage(`${nameOf(path)} is a sweep (it has \`${key}\`), not the spec of one run; \`${command}\` runs it`),
  );
}

/** Refuses the spec of one run where a sweep is expected, and names the command that takes it. */
export function refuseRunSpec(path: string, input: unknown): E.Either<CliError, unknown> {
  const key = firstKey(input, OF_A_RUN);
  if (key === undefined || firstKey(input, OF_A_SWEEP) !== undefined) return E.right(input);
  const command = commandLine('run', path);
  return E.left(
    usage(
      `${nameOf(path)} is the spec of one run (it has \`${key}\`), not a sweep; \`${command}\` runs it. ` +
        'A sweep has name, base (a preset, a spec or the file of one), vary or cases, and seeds',
    ),
  );
}

/** The name of a file in messages. */
export const nameOf = (path: string): string => (path === '-' ? 'standard input' : path);

const firstKey = (input: unknown, keys: readonly string[]): string | undefined =>
  typeof input === 'object' && input !== null ? keys.find((key) => Object.hasOwn(input, key)) : undefined;
