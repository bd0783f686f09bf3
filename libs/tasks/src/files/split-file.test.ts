import type { DataSpec, Files, TaskSpec } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { createDataset, taskShape } from '../index.js';

const task: TaskSpec = { kind: 'modularAddition', p: 3 };
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const by = (file: string): DataSpec => ({ splitFile: file, splitSeed: 0, split: 'native' }) as DataSpec;

/** What `numpy.save` writes of a list of little-endian integers. */
function npy(descr: string, values: readonly number[], size: number): Uint8Array {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${values.length},), }`;
  const padded = `${header.padEnd(117)}\n`;
  const bytes = new Uint8Array(10 + padded.length + values.length * size);
  bytes.set([0x93, ...bytesOf('NUMPY'), 1, 0, padded.length, 0]);
  bytes.set(bytesOf(padded), 10);
  values.forEach((value, i) => (bytes[10 + padded.length + i * size] = value));
  return bytes;
}

const split = (file: string, bytes: Uint8Array, spec = task, more: Files = new Map()) =>
  createDataset(spec, by(file), undefined, new Map([...more, [file, bytes]]));

describe('a split file', () => {
  it.each([
    ['JSON', 'split.json', bytesOf('{"train": [7, 0, 3], "seed": 1}')],
    ['a list', 'split.json', bytesOf('[7, 0, 3]')],
    ['CSV with a header', 'split.csv', bytesOf('index\n7\n0\n3\n')],
    ['CSV in one line', 'split.csv', bytesOf('7, 0, 3')],
    ['.npy of int64', 'split.npy', npy('<i8', [7, 0, 3], 8)],
    ['.npy of uint8', 'split.npy', npy('|u1', [7, 0, 3], 1)],
  ])('names those that train, in its order: %s', (_, file, bytes) => {
    const made = split(file, bytes);
    if (E.isLeft(made)) throw new Error(made.left.message);
    expect([...made.right.trainIndices]).toEqual([7, 0, 3]);
    expect([...made.right.testIndices]).toEqual([1, 2, 4, 5, 6, 8]);
  });

  it.each([
    ['an index twice', '{"train": [1, 2, 1]}', 'entry 3 is 1, which entry 1 is already'],
    ['one out of range', '{"train": [1, 9]}', 'entry 2 is 9, and the task has the examples 0 to 8'],
    ['a negative one', '{"train": [-1]}', 'entry 1 is -1, and the task has'],
    ['half a number', '{"train": [1, 0.5]}', 'entry 2 is 0.5, which is no whole number'],
    ['a word', '{"train": ["1"]}', 'entry 1 is "1", which is no whole number'],
    ['no list', '{"test": [1]}', 'has no list of the examples trained on'],
    ['no JSON', 'train: [1]', 'is no JSON'],
    ['none', '{"train": []}', "names none of the task's 9 examples"],
    ['all', '{"train": [0,1,2,3,4,5,6,7,8]}', "names all of the task's 9 examples"],
  ])('with %s is refused with the entry', (_, text, message) => {
    const refused = split('split.json', bytesOf(text));
    expect(E.isLeft(refused) && refused.left.message).toContain(message);
    expect(E.isLeft(refused) && refused.left).toMatchObject({ path: 'data.splitFile', value: 'split.json' });
    const weighed = taskShape(task, by('split.json'), undefined, new Map([['split.json', bytesOf(text)]]));
    expect(weighed).toEqual(refused);
  });

  it.each([
    ['split.csv', bytesOf('0\n1\n1\n'), 'line 3 is 1, which line 2 is already'],
    ['split.csv', bytesOf('0\nx\n'), 'line 2 is null, which is no whole number'],
    ['split.npy', npy('<f8', [1], 8), 'holds the type <f8'],
    ['split.npy', npy('<i8', [1, 2], 8).subarray(0, -1), 'has 15 bytes behind its header'],
    ['split.npy', bytesOf('0,1'), 'is no .npy file'],
  ])('%s is refused where it is not as it should be (%#)', (file, bytes, message) => {
    const refused = split(file, bytes);
    expect(E.isLeft(refused) && refused.left.message).toContain(message);
  });

  it('counts the rows of a table as its file has them', () => {
    const rows = bytesOf('a,b,c\n1,1,0\n1,0,1\n0,1,1\n0,0,0\n');
    const spec: TaskSpec = { kind: 'table', file: 'own.csv', header: true };
    const made = split('split.json', bytesOf('{"train": [0, 2]}'), spec, new Map([['own.csv', rows]]));
    if (E.isLeft(made)) throw new Error(made.left.message);
    const { trainIndices, tokens } = made.right;
    const pairs = Array.from(trainIndices, (e) => [tokens[3 * e], tokens[3 * e + 1]]);
    expect(pairs).toEqual([
      [1, 1],
      [0, 1],
    ]);
  });

  it('that was not read is named', () => {
    const refused = createDataset(task, by('split.json'));
    expect(E.isLeft(refused) && refused.left.message).toContain('was not read');
  });
});
