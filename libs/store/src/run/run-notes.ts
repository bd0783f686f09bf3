import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { shortened } from '@grokscope/base';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { NotesChange, RunNotes } from '@grokscope/schema';
import { MAX_NOTE, MAX_TAG, MAX_TAGS } from '@grokscope/schema';
import { diskFailure, errorCode } from '../errors.js';
import type { StoreError } from '../errors.js';
import { writeFileAtomic } from '../disk/files.js';
import { locateRun } from './locate-run.js';
import { FileTooLarge, MAX_RECORD_BYTES, NotAFile, readRegularFile } from '../disk/read-within.js';
import { whileLocked } from '../lock/while-locked.js';

/** Name of the file. */
export const NOTES_FILE = 'notes.json';
const LOCK_FILE = 'notes.lock';
const TAG = /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u;

/** The notes of a run without any. */
export const noNotes: RunNotes = withRevision({ note: '', tags: [] });

/** Notes with their revision. */
export function withRevision({ note, tags }: Omit<RunNotes, 'revision'>): RunNotes {
  const revision = createHash('sha256')
    .update(JSON.stringify([note, tags]))
    .digest('hex')
    .slice(0, 32);
  return { note, tags, revision };
}

/** The notes of the run in `folder`; empty if there is no file, or a damaged one. */
export async function readNotes(folder: string): Promise<RunNotes> {
  const notes = await notesOrDamage(folder);
  return typeof notes === 'string' ? noNotes : notes;
}

/** The notes of the run in `folder`, or what is wrong with their file. */
async function notesOrDamage(folder: string): Promise<RunNotes | string> {
  try {
    const bytes = await readRegularFile(join(folder, NOTES_FILE), MAX_RECORD_BYTES);
    return parseNotes(bytes.toString('utf8'));
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return noNotes;
    if (thrown instanceof FileTooLarge || thrown instanceof NotAFile) return thrown.message;
    throw thrown;
  }
}

/**
 * Changes the notes of a run, live or not, and returns them. Several processes may do so at once: no change is lost. A
 * change with a `revision` applies to those notes only. Nothing is written if nothing changes. Errors: `InvalidRunId`,
 * `RunNotFound`, `MalformedRun`, `BadNotes`, `NotesConflict`, `DiskFailure`.
 */
export function changeNotes(
  runsDir: string,
  runId: string,
  change: NotesChange,
): TE.TaskEither<StoreError, RunNotes> {
  return async () => {
    const found = await locateRun(runsDir, runId);
    if (E.isLeft(found)) return found;
    const { folder } = found.right;
    const path = join(folder, NOTES_FILE);
    try {
      if (isEmpty(change)) return E.right(await readNotes(folder));
      return await whileLocked(
        folder,
        async (mayWrite): Promise<E.Either<StoreError, RunNotes>> => {
          const before = await notesOrDamage(folder);
          // What a person wrote may still be recovered by hand.
          if (typeof before === 'string') return E.left({ _tag: 'BadNotes', message: damage(path, before) });
          if (change.revision !== undefined && change.revision !== before.revision) {
            return E.left({ _tag: 'NotesConflict', runId, notes: before });
          }
          const notes = changed(before, change);
          const message = faultOf(notes, change);
          if (message !== undefined) return E.left({ _tag: 'BadNotes', message });
          if (notes.revision === before.revision) return E.right(before);
          const { note, tags } = notes;
          const text = `${JSON.stringify({ format: FORMAT, note, tags }, null, 2)}\n`;
          await writeFileAtomic(path, text, mayWrite);
          return E.right(notes);
        },
        LOCK_FILE,
      );
    } catch (thrown) {
      return E.left(diskFailure('write', path)(thrown));
    }
  };
}

const isEmpty = (change: NotesChange): boolean => Object.values(change).every((part) => part === undefined);

function changed(before: RunNotes, { note, addTags = [], removeTags = [] }: NotesChange): RunNotes {
  const removed = new Set(removeTags);
  const tags = [...new Set([...before.tags, ...addTags])].filter((tag) => !removed.has(tag)).sort();
  return withRevision({ note: note ?? before.note, tags });
}

function faultOf({ note, tags }: RunNotes, { addTags = [] }: NotesChange): string | undefined {
  const bad = addTags.find((tag) => !TAG.test(tag) || [...tag].length > MAX_TAG);
  if (bad !== undefined) {
    return `"${shortened(bad, 80)}" is not a tag: one has letters, digits and . _ - (not first), at most ${MAX_TAG} characters`;
  }
  if (tags.length > MAX_TAGS) return `a run has at most ${MAX_TAGS} tags, these would be ${tags.length}`;
  return note.length > MAX_NOTE
    ? `a note has at most ${MAX_NOTE} characters, this one has ${note.length}`
    : undefined;
}

const damage = (path: string, what: string): string =>
  `${path} is damaged (${what}) and was left unchanged; repair it, or move it away to start again`;

/** The newest format of the file that can be read. */
const FORMAT = 1;

function parseNotes(text: string): RunNotes | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'it is not JSON';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it is not a JSON object';
  const { format = FORMAT, note = '', tags = [] } = value as Readonly<Record<string, unknown>>;
  if (format !== FORMAT) return `its format is ${JSON.stringify(format)}; this version reads ${FORMAT}`;
  if (typeof note !== 'string') return 'its note is not a text';
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string')) {
    return 'its tags are not a list of texts';
  }
  return withRevision({ note, tags: tags as readonly string[] });
}
