import { appendFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventCursor } from './event-cursor.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grokscope-cursor-'));
  path = join(folder, 'events.ndjson');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const readAll = async (cursor: EventCursor, pageBytes: number): Promise<string[]> => {
  const all: string[] = [];
  for (;;) {
    const lines = await cursor.next(pageBytes);
    if (lines.length === 0) return all;
    for (const { seq, line } of lines) {
      expect(seq).toBe(all.length);
      all.push(line.toString());
    }
  }
};

describe('a cursor over stored events', () => {
  it('gives every line once and in order, whatever the page', async () => {
    const text = fc.string({ maxLength: 40 }).map((value) => JSON.stringify(value));
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { minLength: 1 }),
        fc.integer({ min: 1, max: 100 }),
        async (lines, page) => {
          await writeFile(path, lines.map((line) => `${line}\n`).join(''));
          expect(await readAll(new EventCursor(folder), page)).toEqual(lines);
        },
      ),
      { seed: 1, numRuns: 50 },
    );
  });

  it('has no line before its newline is there, and takes what was written in its place', async () => {
    const cursor = new EventCursor(folder);
    expect(await cursor.next(100)).toEqual([]);
    await writeFile(path, 'one\ntw');
    expect((await cursor.next(100)).map(({ line }) => line.toString())).toEqual(['one']);
    expect(await cursor.next(100)).toEqual([]);
    await truncate(path, 4);
    await appendFile(path, 'other\n');
    expect((await cursor.next(100)).map(({ seq, line }) => [seq, line.toString()])).toEqual([[1, 'other']]);
    expect(cursor.position).toMatchObject({ seq: 2, offset: 10 });
  });

  it('starts at a position another one had', async () => {
    await writeFile(path, 'a\nb\nc\n');
    const first = new EventCursor(folder);
    await first.next(1);
    const second = new EventCursor(folder, first.position);
    expect((await second.next(100)).map(({ seq }) => seq)).toEqual([1, 2].slice(first.position.seq - 1));
  });

  it('gives up on a file that is no list of lines', async () => {
    await writeFile(path, Buffer.alloc(20 << 20, 0x20));
    await expect(new EventCursor(folder).next(1 << 16)).rejects.toThrow('too long');
  });
});
