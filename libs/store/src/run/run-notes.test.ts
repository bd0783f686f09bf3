import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeStoredSpec } from '@grokscope/schema';
import type { NotesChange } from '@grokscope/schema';
import { changeNotes, createRunFolder, listRuns, readNotes } from '../index.js';
import { openRunIndex } from '../index/run-index.js';

function right<T>(result: E.Either<unknown, T>): T {
  if (E.isLeft(result)) throw new Error(`expected a right, got ${JSON.stringify(result.left)}`);
  return result.right;
}

const spec = right(decodeStoredSpec({ name: 'tiny', task: { kind: 'modularAddition', p: 5 } }));
const record = { runId: 'a-1', name: 'tiny', createdAt: '2026-01-02T03:04:05.000Z', spec };

let runsDir: string;
beforeEach(async () => {
  runsDir = await mkdtemp(join(tmpdir(), 'grokscope-notes-'));
  const writer = right(await createRunFolder(runsDir, { ...record, engine: 'wasm', threads: 1 })());
  right(await writer.close()());
});
afterEach(() => rm(runsDir, { recursive: true, force: true }));

const change = (what: NotesChange) => changeNotes(runsDir, 'a-1', what)();

describe('notes and tags', () => {
  it('are kept with the run, and shown by lists with an index and without', async () => {
    const index = await openRunIndex(runsDir);
    expect(right(await index.list()())).toMatchObject([{ note: '', tags: [] }]);
    right(await change({ note: 'the slow one\nlook at step 900', addTags: ['slow', 'λ-test', 'slow'] }));
    right(await change({ removeTags: ['λ-test', 'never'], addTags: ['kept'] }));
    const expected = { note: 'the slow one\nlook at step 900', tags: ['kept', 'slow'] };
    expect(await readNotes(join(runsDir, 'a-1'))).toMatchObject(expected);
    expect(right(await index.list()())).toMatchObject([expected]);
    expect(right(await listRuns(runsDir)())).toMatchObject([expected]);
    right(await change({ note: '' }));
    expect(right(await index.get('a-1')())).toMatchObject({ ...expected, note: '' });
    index.close();
  });

  it('are all kept where several change them at once', async () => {
    const tags = Array.from({ length: 12 }, (_, i) => `tag-${String(i).padStart(2, '0')}`);
    for (const result of await Promise.all(tags.map((tag) => change({ addTags: [tag] })))) right(result);
    expect((await readNotes(join(runsDir, 'a-1'))).tags).toEqual(tags);
  });

  it.each([
    ['a tag with a space', { addTags: ['two words'] }, /"two words" is not a tag/],
    ['an empty tag', { addTags: [''] }, /is not a tag/],
    ['a note without an end', { note: 'x'.repeat(10_001) }, /at most 10000 characters/],
    ['too many tags', { addTags: Array.from({ length: 51 }, (_, i) => `t${i}`) }, /at most 50 tags/],
  ])('refuse %s and stay as they are', async (_, bad, message) => {
    right(await change({ note: 'before' }));
    const result = await change(bad);
    expect(result).toMatchObject({
      left: { _tag: 'BadNotes', message: expect.stringMatching(message) as string },
    });
    expect(await readNotes(join(runsDir, 'a-1'))).toMatchObject({ note: 'before', tags: [] });
  });

  it('have a revision that is theirs alone, in lists with an index and without', async () => {
    const index = await openRunIndex(runsDir);
    const revisions: string[] = [];
    for (const what of [{}, { note: 'a' }, { note: 'b' }, { addTags: ['a'] }, { note: '' }]) {
      const { revision } = right(await change(what));
      revisions.push(revision);
      expect(right(await index.list()())).toMatchObject([{ revision }]);
      expect(right(await listRuns(runsDir)())).toMatchObject([{ revision }]);
      // Written again, and read, it is the same.
      expect(right(await change(what)).revision).toBe(revision);
    }
    expect(new Set(revisions).size).toBe(revisions.length);
    // As it was at first.
    expect(right(await change({ removeTags: ['a'] })).revision).toBe(revisions[0]);
    index.close();
  });

  it('are changed by who has read the newest, and shown to who has not', async () => {
    const { revision } = right(await change({ note: 'read' }));
    const newer = right(await change({ note: 'newer', addTags: ['kept'] }));
    expect(await change({ revision, note: 'older' })).toEqual({
      _tag: 'Left',
      left: { _tag: 'NotesConflict', runId: 'a-1', notes: newer },
    });
    expect(await readNotes(join(runsDir, 'a-1'))).toEqual(newer);
    expect(right(await change({ revision: newer.revision, note: 'both' }))).toMatchObject({ tags: ['kept'] });
  });

  it('that are only read are not written, nor those that stay as they are', async () => {
    const path = join(runsDir, 'a-1', 'notes.json');
    right(await change({}));
    right(await change({ note: '', removeTags: ['a'] }));
    await expect(stat(path)).rejects.toThrow('ENOENT');
    right(await change({ note: 'a', addTags: ['b'] }));
    const { ino } = await stat(path);
    right(await change({ note: 'a', addTags: ['b'] }));
    expect((await stat(path)).ino).toBe(ino);
  });

  it.each([
    ['cut off', '{"note":"the only copy'],
    ['no object', '["slow"]'],
    ['of a newer version', '{"format":2,"note":"the only copy","colour":"red"}'],
    ['with a note that is none', '{"format":1,"note":7}'],
    ['with tags that are none', '{"format":1,"tags":"slow"}'],
    ['larger than any', `{"note":"${'x'.repeat(1 << 20)}"}`],
  ])('of a damaged file (%s) are not overwritten: it is named, and left as it is', async (_, text) => {
    const path = join(runsDir, 'a-1', 'notes.json');
    await writeFile(path, text);
    const message = expect.stringMatching(
      /notes\.json is damaged \(.+\).*repair it, or move it away/,
    ) as string;
    for (const what of [{ note: 'new' }, { addTags: ['new'] }, { removeTags: ['slow'] }]) {
      expect(await change(what)).toMatchObject({ left: { _tag: 'BadNotes', message } });
    }
    expect(await readFile(path, 'utf8')).toBe(text);
    await rm(path);
    expect(right(await change({ addTags: ['new'] }))).toMatchObject({ note: '', tags: ['new'] });
  });

  it('of a damaged file are none', async () => {
    await writeFile(join(runsDir, 'a-1', 'notes.json'), '{"note":');
    expect(right(await listRuns(runsDir)())).toMatchObject([{ note: '', tags: [], problem: null }]);
    expect(await changeNotes(runsDir, 'b-2', {})()).toMatchObject({ left: { _tag: 'RunNotFound' } });
  });
});
