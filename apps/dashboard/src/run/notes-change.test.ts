import { describe, expect, it } from 'vitest';
import { changeBetween, tagsIn } from './notes-change.js';

describe('the tags in a text', () => {
  it('have spaces or commas between, a # or none, and count once', () => {
    expect(tagsIn('#slow, kept\n λ-test,,slow ')).toEqual(['slow', 'kept', 'λ-test']);
    expect(tagsIn('  ')).toEqual([]);
  });
});

describe('a change of notes', () => {
  const before = { note: 'look', tags: ['a', 'b'] };

  it('says what is new, and nothing of what stays', () => {
    expect(changeBetween(before, { note: 'look', tags: ['b', 'c'] })).toEqual({
      addTags: ['c'],
      removeTags: ['a'],
    });
    expect(changeBetween(before, { note: '', tags: ['b', 'a'] })).toEqual({ note: '' });
  });

  it('is none where nothing changed', () => {
    expect(changeBetween(before, { note: 'look', tags: ['b', 'a'] })).toBeNull();
  });
});
