import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOrder } from './read-order.js';

let folder: string;
let data: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'grokscope-')));
  data = join(folder, 'data');
  mkdirSync(join(data, 'more'), { recursive: true });
  writeFileSync(join(data, 'own.csv'), 'a,b,c\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n');
  writeFileSync(join(folder, 'secret.csv'), 'a,b\nsecret,1\nother,2\n');
  writeFileSync(join(data, 'split.json'), '{"train": [0]}');
  symlinkSync(join(folder, 'secret.csv'), join(data, 'link.csv'));
  symlinkSync(folder, join(data, 'up'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const order = (file: string, dataFolder: string | undefined = data) =>
  readOrder(
    {
      task: { kind: 'table', file },
      data: { trainFraction: 0.5 },
      model: { dModel: 8, nHeads: 1, dHead: 8, dMlp: 8 },
    },
    dataFolder,
  );
const refusal = (file: string, dataFolder?: string): string => {
  const read = readOrder({ task: { kind: 'table', file } }, dataFolder);
  if (E.isRight(read)) throw new Error('expected a refusal');
  const text = JSON.stringify(read.left);
  // What is there outside is nobody's business.
  expect(text).not.toContain('other');
  return text;
};

describe('the files that a request names', () => {
  it('are those of the data folder, by paths relative to it', () => {
    const read = order('own.csv');
    expect(E.isRight(read) && read.right.task['file']).toBe(join(data, 'own.csv'));
    expect(E.isRight(order('more/../own.csv'))).toBe(false);
    const split = readOrder(
      { task: { kind: 'modularAddition', p: 2 }, data: { splitFile: 'split.json' } },
      data,
    );
    expect(E.isRight(split) && split.right.data.splitFile).toBe(join(data, 'split.json'));
  });

  it('are none where the server has no data folder', () => {
    expect(refusal('own.csv')).toMatch(/started without a data folder \(serve --data\)/);
    expect(refusal(join(folder, 'secret.csv'))).toMatch(/without a data folder/);
  });

  it.each([
    '../secret.csv',
    'more/../../secret.csv',
    '/etc/passwd',
    'C:\\x.csv',
    '..\\secret.csv',
    'link.csv',
    'up/secret.csv',
  ])('are not outside of it: %s', (file) => {
    expect(refusal(file, data)).toMatch(/leads out of the data folder/);
  });

  it('may be those that come with Grokscope, by name alone', () => {
    expect(E.isRight(readOrder({ preset: 'text-induction' }))).toBe(true);
    expect(refusal('grokscope:../../package.json', data)).toMatch(/leads out of the data folder/);
    expect(refusal('grokscope:none.txt', data)).toMatch(/is not there/);
  });

  it('are files', () => {
    expect(refusal('more', data)).toMatch(/is no file/);
    expect(refusal('none.csv', data)).toMatch(/is not there/);
  });

  it('may be set over a preset, and are held to the same', () => {
    const read = readOrder({ preset: 'quick-grok', set: { 'data.splitFile': '../secret.csv' } }, data);
    expect(JSON.stringify(read)).toMatch(/data\.splitFile.*leads out of the data folder/);
  });
});
