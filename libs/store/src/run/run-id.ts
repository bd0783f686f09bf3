import { randomInt } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import type { StoreError } from '../errors.js';

const RUN_ID = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const MAX_LENGTH = 100;
const MAX_NAME_LENGTH = 60;
const SUFFIX_LENGTH = 4;
const SUFFIX_LETTERS = '0123456789abcdefghijklmnopqrstuvwxyz';

/**
 * A new run's id: its name, the time in UTC and four random letters, `quick-grok-20261122-124512-k3f9`.
 *
 * Readable, and sorted by time among runs of one name. Ids are folder names, so they hold only lower-case
 * letters, digits and hyphens, whatever the name holds.
 */
export function createRunId(name: string, now: Date = new Date()): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  let suffix = '';
  for (let i = 0; i < SUFFIX_LENGTH; i++) suffix += SUFFIX_LETTERS[randomInt(SUFFIX_LETTERS.length)];
  return `${slug(name)}-${stamp}-${suffix}`;
}

function slug(name: string): string {
  const letters = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_NAME_LENGTH)
    .replace(/^-+|-+$/g, '');
  return letters === '' ? 'run' : letters;
}

/** True if `id` can name a run: such an id cannot leave the runs folder. */
export function isRunId(id: string): boolean {
  return id.length <= MAX_LENGTH && RUN_ID.test(id);
}

/** Checks a run id that comes from outside; anything that could escape the runs folder is refused. */
export function decodeRunId(id: string): E.Either<StoreError, string> {
  return isRunId(id) ? E.right(id) : E.left({ _tag: 'InvalidRunId', runId: id });
}
