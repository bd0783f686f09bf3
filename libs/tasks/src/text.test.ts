import type { DataSpec, Files, TaskSpec } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { createDataset, taskShape, taskWords } from './index.js';

const data: DataSpec = { infinite: true, splitSeed: 3, split: 'native' };
const LINE = 'the quick brown fox jumps over the lazy dog; ';
/** 4,500 different places: a counter between the lines. */
const TEXT = Array.from({ length: 100 }, (_, i) => `${LINE}${i}`)
  .join(' ')
  .slice(0, 4500);
const filesWith = (text: string | Uint8Array): Files =>
  new Map([['own.txt', typeof text === 'string' ? new TextEncoder().encode(text) : text]]);
const task = (more: object = {}): TaskSpec => ({
  kind: 'text',
  file: 'own.txt',
  tokens: 'characters',
  length: 20,
  ...more,
});
const made = (spec = task(), text: string | Uint8Array = TEXT, how = data) => {
  const found = createDataset(spec, how, undefined, filesWith(text));
  if (E.isLeft(found)) throw new Error(found.left.message);
  return found.right;
};

describe('windows of a text', () => {
  it('want the next character at every position', () => {
    const { tokens, labels, vocabulary, nCtx, nScored, scoredPositions } = made();
    expect([nCtx, nScored, [...scoredPositions]]).toEqual([20, 20, Array.from({ length: 20 }, (_, i) => i)]);
    const read = (values: Int32Array): string => Array.from(values, (token) => vocabulary[token]).join('');
    const window = read(tokens.subarray(0, 20));
    expect(TEXT).toContain(window + read(labels.subarray(19, 20)));
    expect(read(labels.subarray(0, 19))).toBe(window.slice(1));
  });

  it('are trained on in the first nine tenths and held out in the last, and cross from neither into the other', () => {
    const { tokens, labels, vocabulary, trainIndices, testIndices, stream } = made();
    const windowOf = (all: Int32Array, wanted: Int32Array, i: number): string =>
      [...all.subarray(20 * i, 20 * (i + 1)), wanted[20 * i + 19]!]
        .map((token) => vocabulary[token])
        .join('');
    const [head, tail] = [TEXT.slice(0, 4050), TEXT.slice(4050)];
    for (const i of trainIndices) expect(head).toContain(windowOf(tokens, labels, i));
    for (const i of testIndices) expect(tail).toContain(windowOf(tokens, labels, i));
    const later = stream!(10_000, 50);
    for (let i = 0; i < 50; i++) expect(head).toContain(windowOf(later.tokens, later.labels, i));
  });

  it('are a function of seed and number alone', () => {
    const [one, again] = [made().stream!(100, 4), made().stream!(102, 2)];
    expect(one.tokens.subarray(40)).toEqual(again.tokens);
    expect(made(task(), TEXT, { ...data, splitSeed: 4 }).stream!(102, 2).tokens).not.toEqual(again.tokens);
  });

  it('may be of bytes, of any file', () => {
    const bytes = Uint8Array.from({ length: 3000 }, (_, i) => (i * i * 7 + (i >> 3)) % 256);
    const { dVocab, vocabulary } = made(task({ tokens: 'bytes' }), bytes);
    expect([dVocab, vocabulary[65], vocabulary[10]]).toEqual([256, 'A', 'x0a']);
  });

  it('have code points as characters', () => {
    const text = Array.from({ length: 800 }, (_, i) => 'añ😀b'.at((i * i + (i >> 2)) % 5))
      .join('')
      .replace(/[\ud800-\udfff]/g, '😀');
    const { vocabulary } = made(task({ length: 3 }), text, { ...data, splitSeed: 0 });
    expect(vocabulary).toEqual(['a', 'b', 'ñ', '😀']);
  });
});

describe('a text is refused', () => {
  it.each([
    ['that is shorter than its windows', 'short', task(), /has 5 characters, .* too few for windows of 20/],
    ['whose tail is', TEXT.slice(0, 150), task(), /too few for windows of 20/],
    ['that is empty', '', task(), /is empty/],
    ['that is not UTF-8', Uint8Array.of(97, 10, 98, 0xff, 10), task(), /^line 2 is not UTF-8/],
  ])('%s', (_, text, spec, message) => {
    const refused = taskShape(spec, data, undefined, filesWith(text));
    expect(E.isLeft(refused) && refused.left).toMatchObject({
      path: 'task.file',
      message: expect.stringMatching(message),
    });
    expect(createDataset(spec, data, undefined, filesWith(text))).toEqual(refused);
  });

  it('that was not read', () => {
    const refused = createDataset(task(), data);
    expect(E.isLeft(refused) && refused.left.message).toContain('was not read');
    expect(taskWords(task()).title).toBe('the next character of own.txt');
  });
});
