import type { NotesChange } from '@grokscope/schema';
import type { RunNotes } from '../connection/api.js';

/** The tags that a text names, separated by spaces or commas, with or without #; each once. */
export const tagsIn = (text: string): string[] => [
  ...new Set(
    text
      .split(/[\s,]+/)
      .map((word) => word.replace(/^#/, ''))
      .filter((word) => word !== ''),
  ),
];

/** The changed parts of the notes, so that what others write meanwhile is not undone; null if nothing changed. */
export const changeBetween = (before: RunNotes, after: RunNotes): NotesChange | null => {
  const addTags = after.tags.filter((tag) => !before.tags.includes(tag));
  const removeTags = before.tags.filter((tag) => !after.tags.includes(tag));
  const change = {
    ...(after.note === before.note ? {} : { note: after.note }),
    ...(addTags.length === 0 ? {} : { addTags }),
    ...(removeTags.length === 0 ? {} : { removeTags }),
  };
  return Object.keys(change).length === 0 ? null : change;
};

/** Notes that someone is writing. */
export interface NotesDraft {
  /** The notes as they were when the writing began: the basis of the change. */
  readonly base: RunNotes;
  readonly note: string;
  /** As typed. */
  readonly tags: string;
}

/** A draft in which nothing is changed yet. */
export const draftOf = (base: RunNotes): NotesDraft => ({ base, note: base.note, tags: base.tags.join(' ') });

/** The notes that a draft would save. */
export const wantedBy = ({ note, tags }: NotesDraft): RunNotes => ({ note: note.trim(), tags: tagsIn(tags) });

/** Whether anything was typed that saving would keep. */
export const isChanged = (draft: NotesDraft): boolean => changeBetween(draft.base, wantedBy(draft)) !== null;

/** The draft rebased on newer notes: the text as typed; of the tags, those added and removed. */
export const rebased = (draft: NotesDraft, newer: RunNotes): NotesDraft => {
  const change = changeBetween(draft.base, wantedBy(draft)) ?? {};
  const removed = new Set(change.removeTags ?? []);
  const tags = [...new Set([...newer.tags, ...(change.addTags ?? [])])].filter((tag) => !removed.has(tag));
  return { base: newer, note: change.note === undefined ? newer.note : draft.note, tags: tags.join(' ') };
};

/** Reads a draft that the browser kept; null if it is not one. */
export const draftFrom = (kept: unknown): NotesDraft | null => {
  if (typeof kept !== 'object' || kept === null) return null;
  const { base, note, tags } = kept as Partial<Record<keyof NotesDraft, unknown>>;
  if (typeof base !== 'object' || base === null || typeof note !== 'string' || typeof tags !== 'string')
    return null;
  const { note: before, tags: had, revision } = base as Partial<Record<keyof RunNotes, unknown>>;
  if (typeof before !== 'string' || !Array.isArray(had)) return null;
  return {
    base: {
      note: before,
      tags: had.filter((tag) => typeof tag === 'string'),
      ...(typeof revision === 'string' ? { revision } : {}),
    },
    note,
    tags,
  };
};
