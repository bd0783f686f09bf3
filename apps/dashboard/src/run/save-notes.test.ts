import { left, right } from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import type { NotesChange } from '@grokscope/schema';
import type { RunNotes } from '../connection/api.js';
import { draftFrom, draftOf, isChanged, rebased } from './notes-change.js';
import type { NotesAccess } from './run-source.js';
import { saveNotes } from './save-notes.js';

/** Notes as a server keeps them: a change to an older revision is refused with the current notes. */
const keeper = (first: Omit<RunNotes, 'revision'>) => {
  let now: RunNotes = { ...first, revision: '0' };
  const write = (notes: Omit<RunNotes, 'revision'>): void => {
    now = { ...notes, revision: String(Number(now.revision) + 1) };
  };
  /** What others do before each of the next changes arrives. */
  const meanwhile: (() => void)[] = [];
  const access: NotesAccess = {
    read: async () => right(now),
    change: ({ note, addTags = [], removeTags = [], revision }: NotesChange) => {
      return async () => {
        meanwhile.shift()?.();
        if (revision !== undefined && revision !== now.revision)
          return left({ _tag: 'Conflict', notes: now });
        const tags = [...new Set([...now.tags, ...addTags])].filter((tag) => !removeTags.includes(tag));
        write({ note: note ?? now.note, tags });
        return right(now);
      };
    },
  };
  return { access, write, meanwhile, now: () => now };
};

describe('saving notes', () => {
  it('overwrites no note that is newer, and the second time the one that was shown', async () => {
    const kept = keeper({ note: 'first', tags: ['a'] });
    const draft = { ...draftOf(kept.now()), note: 'mine', tags: 'a b' };
    kept.write({ note: 'theirs', tags: ['a', 'c'] });
    const refused = await saveNotes(kept.access, draft);
    expect(refused).toMatchObject({ left: { _tag: 'Conflict', notes: { note: 'theirs' } } });
    expect(kept.now().note).toBe('theirs');

    const again = rebased(draft, kept.now());
    expect(again.note).toBe('mine');
    await saveNotes(kept.access, again);
    expect(kept.now()).toMatchObject({ note: 'mine', tags: ['a', 'c', 'b'] });
  });

  it('keeps the note of others where only tags were typed', async () => {
    const kept = keeper({ note: 'first', tags: ['a', 'b'] });
    const draft = { ...draftOf(kept.now()), tags: 'b mine' };
    kept.write({ note: 'theirs', tags: ['a', 'b', 'c'] });
    await saveNotes(kept.access, draft);
    expect(kept.now()).toMatchObject({ note: 'theirs', tags: ['b', 'c', 'mine'] });
  });

  it('takes in the tags that others add as it saves', async () => {
    const kept = keeper({ note: 'first', tags: [] });
    kept.meanwhile.push(() => kept.write({ note: 'first', tags: ['theirs'] }));
    const saved = await saveNotes(kept.access, { ...draftOf(kept.now()), note: 'mine', tags: 'own' });
    expect(saved).toMatchObject({ right: { note: 'mine', tags: ['theirs', 'own'] } });
  });

  it('ends where others write without end', async () => {
    const kept = keeper({ note: 'first', tags: [] });
    for (let i = 0; i < 50; i += 1) kept.meanwhile.push(() => kept.write({ note: 'first', tags: [`t${i}`] }));
    const saved = await saveNotes(kept.access, { ...draftOf(kept.now()), note: 'mine' });
    expect(saved).toMatchObject({ left: { _tag: 'Conflict' } });
    expect(kept.meanwhile.length).toBeGreaterThan(40);
  });
});

describe('a draft of notes', () => {
  it('comes back from what the browser kept, and nothing else does', () => {
    const draft = { ...draftOf({ note: 'n', tags: ['a'], revision: '7' }), note: 'new' };
    expect(draftFrom(JSON.parse(JSON.stringify(draft)))).toEqual(draft);
    for (const other of [
      undefined,
      null,
      3,
      'text',
      {},
      { base: null, note: '', tags: '' },
      { ...draft, tags: [] },
    ])
      expect(draftFrom(other)).toBeNull();
  });

  it('is changed by words, not by space or by how tags are written', () => {
    const draft = draftOf({ note: 'n', tags: ['a', 'b'] });
    expect(isChanged({ ...draft, note: ' n\n', tags: '#a,  b' })).toBe(false);
    expect(isChanged({ ...draft, tags: 'a' })).toBe(true);
  });
});
