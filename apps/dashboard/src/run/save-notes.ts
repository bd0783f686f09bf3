import type { Either } from 'fp-ts/lib/Either.js';
import { right } from 'fp-ts/lib/Either.js';
import type { ApiError, RunNotes } from '../connection/api.js';
import type { NotesDraft } from './notes-change.js';
import { changeBetween, rebased, wantedBy } from './notes-change.js';
import type { NotesAccess } from './run-source.js';

/** Others may write at the same moment repeatedly, though hardly as often as this. */
const MOST_TRIES = 5;

/**
 * Saves the changes of a draft and returns the resulting notes. Tags are added and removed whatever others did; a note
 * replaces only the one it is based on: if that has been changed meanwhile, `Conflict` holds the newer one and nothing
 * is written.
 */
export const saveNotes = async (
  access: NotesAccess,
  draft: NotesDraft,
): Promise<Either<ApiError, RunNotes>> => {
  let tried = draft;
  for (let tries = 1; ; tries += 1) {
    const change = changeBetween(tried.base, wantedBy(tried));
    if (change === null) return right(tried.base);
    const { revision } = tried.base;
    const isOfNote = change.note !== undefined && revision !== undefined;
    const saved = await access.change(isOfNote ? { ...change, revision } : change)();
    if (saved._tag === 'Right' || saved.left._tag !== 'Conflict') return saved;
    const newer = saved.left.notes;
    // Only the tags are others': the note is still the one that was changed.
    if (newer.note !== tried.base.note || tries === MOST_TRIES) return saved;
    tried = rebased(tried, newer);
  }
};
