import type { NotesChange } from '@grokscope/schema';
import type { RunNotes } from './api.js';

/** The tags that a text names, with spaces or commas between and with or without #; each once. */
export const tagsIn = (text: string): string[] => [
  ...new Set(
    text
      .split(/[\s,]+/)
      .map((word) => word.replace(/^#/, ''))
      .filter((word) => word !== ''),
  ),
];

/** What of the notes is new, so that what others say meanwhile is not undone; null where nothing is. */
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
