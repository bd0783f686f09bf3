import type { DataSpec, Files, TaskSpec } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { createDataset, exampleCount, exampleText, taskShape, taskWords } from './index.js';

const data: DataSpec = { trainFraction: 0.5, splitSeed: 0, split: 'native' };
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const filesWith = (text: string | Uint8Array, file = 'own.csv'): Files =>
  new Map([[file, typeof text === 'string' ? bytesOf(text) : text]]);
const task = (more: object = {}): TaskSpec => ({ kind: 'table', file: 'own.csv', header: true, ...more });

const made = (text: string, spec = task()) => {
  const found = createDataset(spec, data, undefined, filesWith(text, spec['file'] as string));
  if (E.isLeft(found)) throw new Error(found.left.message);
  return found.right;
};
const refused = (text: string | Uint8Array, spec = task()) => {
  const files = filesWith(text, spec['file'] as string);
  const found = createDataset(spec, data, undefined, files);
  const shape = taskShape(spec, data, undefined, files);
  // Whoever only weighs a spec hears the same.
  expect(E.isLeft(found) && E.isLeft(shape) && shape.left.message).toBe(
    E.isLeft(found) && found.left.message,
  );
  return E.isLeft(found) ? found.left : undefined;
};

const table = (
  n: number,
  answer: (a: number, b: number) => string,
  name: (x: number) => string = String,
  rows?: number[],
): string =>
  [
    'a,b,c',
    ...(rows ?? Array.from({ length: n * n }, (_, i) => i)).map((i) => {
      const [a, b] = [Math.floor(i / n), i % n];
      return `${name(a)},${name(b)},${answer(a, b)}`;
    }),
  ].join('\n');

describe('the rows of a table', () => {
  it('are tokens of one vocabulary, operands first, the label wanted after "="', () => {
    const { vocabulary, tokens, labels, nCtx, operands } = made(
      'size,colour,shape,kind\nbig,red,round,ball\nsmall,red,square,box\nbig,blue,square,box\n',
    );
    expect(vocabulary).toEqual(['big', 'blue', 'red', 'round', 'small', 'square', 'ball', 'box', '=']);
    expect([...tokens]).toEqual([0, 2, 3, 8, 4, 2, 5, 8, 0, 1, 5, 8]);
    expect([...labels]).toEqual([6, 7, 7]);
    expect([nCtx, operands]).toEqual([4, { count: 3, values: 6, answers: 8 }]);
  });

  it('stand in the order of numbers, and pairs in that of their operands, whatever the order of the rows', () => {
    const shuffled = [8, 3, 1, 0, 7, 2, 5, 4, 6];
    const { vocabulary, tokens, labels } = made(
      table(3, (a, b) => String(9 + ((a * b) % 2)), String, shuffled),
    );
    expect(vocabulary).toEqual(['0', '1', '2', '9', '10', '=']);
    expect([...tokens.filter((_, i) => i % 3 === 0)]).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
    expect([...labels].map((label) => vocabulary[label])).toEqual([
      '9',
      '9',
      '9',
      '9',
      '10',
      '9',
      '9',
      '9',
      '9',
    ]);
  });

  it('may be separated by tabs, quoted, without a header, and end in any way', () => {
    const spec = task({ file: 'own.tsv', header: false });
    const { vocabulary } = made('"a, b"\tx\r\nc\ty\r\n', spec);
    expect(vocabulary).toEqual(['a, b', 'c', 'x', 'y', '=']);
  });

  it('are spoken of by the names of the columns, and each as it stands', () => {
    const text = 'x,y,out\n1,2,5\n2,1,6\n';
    const words = taskWords(task(), undefined, filesWith(text));
    expect(words.title).toBe('own.csv: x, y → out');
    expect(words.answers.count).toBe(2);
    expect(exampleText(task(), made(text), 0)).toBe('1, 2 → 5');
    expect(taskWords(task()).title).toBe('the table own.csv');
  });

  it('are counted where the file has been read, and else unknown', () => {
    expect(exampleCount(task(), undefined, filesWith('a,b\n1,2\n3,4\n'))).toBe(2);
    expect(exampleCount(task())).toBeNaN();
    const unread = createDataset(task(), data);
    expect(E.isLeft(unread) && unread.left).toMatchObject({ path: 'task.file', message: /was not read/ });
  });

  it('of a million lines are read in seconds', () => {
    const { nExamples } = made(table(1000, (a, b) => String((a * b) % 1000)));
    expect(nExamples).toBe(1_000_000);
  });
});

describe('a table that is not as it should be is refused with the line', () => {
  it.each([
    ['a missing label', 'a,b\n1,2\n3,\n', 'line 3 has no label'],
    ['a missing operand', 'a,b,c\n1,2,3\n3,,4\n', 'line 3 has nothing in column 2'],
    ['an empty line', 'a,b\n1,2\n\n3,4\n', 'line 3 is empty'],
    ['two empty lines at the end', 'a,b\n1,2\n3,4\n\n', 'line 4 is empty'],
    ['ragged rows', 'a,b\n1,2\n3,4,5\n', 'line 3 has 3 cells, and line 1 has 2'],
    ['a row twice', 'a,b\n1,2\n2,3\n1,3\n', 'line 4 asks the same as line 2'],
    ['one class', 'a,b\n1,x\n2,x\n', 'has one class: every row has the label "x"'],
    ['one column', 'a\n1\n2\n', 'line 1 has one cell'],
    ['no rows', 'a,b\n', 'has no rows'],
    ['nothing', '', 'is empty'],
    ['a header that is a row', '0,1\n0,1\n1,0\n', 'line 1 is no header'],
    ['a quotation that is not closed', 'a,b\n"1,2\n3,4\n', 'line 2 cannot be read'],
  ])('%s', (_, text, message) => {
    const error = refused(text);
    expect(error?.message).toContain(message);
    expect(error).toMatchObject({ path: 'task.file', value: 'own.csv' });
  });

  it('a header taken for a row', () => {
    expect(refused('a,b\n1,2\n3,4\n', task({ header: false }))?.message).toContain(
      'line 1 reads like a header',
    );
  });

  it('bytes that are not UTF-8, behind a cell over two lines', () => {
    const bytes = Uint8Array.from([...bytesOf('a,b\n"1\n2",3\n'), 0xc3, 0x28, ...bytesOf(',4\n')]);
    expect(refused(bytes)?.message).toBe('line 4 is not UTF-8');
  });
});

describe('a table of pairs is recognised', () => {
  const names = ['e', 'k', 'q', 'a', 'm', 'z', 'b'];
  // The hidden number of each name.
  const hidden = [0, 3, 5, 1, 6, 2, 4];
  const nameOf = (x: number): string => names[hidden.indexOf(x)]!;

  it('as addition mod n under other names, with their order, whatever the order of its rows', () => {
    const text = table(
      7,
      (a, b) => nameOf((hidden[a]! + hidden[b]!) % 7),
      (x) => names[x]!,
    );
    const { structure, vocabulary } = made(text);
    if (structure?.kind !== 'cyclic') throw new Error(structure?.kind);
    const { elementOf, order, secondSign } = structure;
    expect([order, secondSign, structure.isHidden]).toEqual([7, 1, true]);
    // An isomorphism: hidden numbers, up to a factor.
    const valueOf = (token: number): number => hidden[names.indexOf(vocabulary[token]!)]!;
    const one = elementOf.indexOf(1);
    for (let token = 0; token < 7; token++)
      expect((elementOf[token]! * valueOf(one)) % 7).toBe(valueOf(token));
    const words = taskWords(task(), undefined, filesWith(text)).recognised;
    expect(words).toMatch(/^addition mod 7 under other names: in order e, /);
  });

  it('as addition and subtraction of the numbers themselves', () => {
    const plain = made(table(5, (a, b) => String((a + b) % 5))).structure;
    expect(plain).toMatchObject({
      kind: 'cyclic',
      secondSign: 1,
      elementOf: Int32Array.of(0, 1, 2, 3, 4, -1),
    });
    expect(plain).not.toHaveProperty('isHidden');
    const minus = made(table(5, (a, b) => String((a - b + 5) % 5))).structure;
    expect(minus).toMatchObject({
      kind: 'cyclic',
      secondSign: -1,
      elementOf: Int32Array.of(0, 1, 2, 3, 4, -1),
    });
  });

  it('as another group', () => {
    // Z_2 × Z_2 × Z_2.
    const text = table(8, (a, b) => String(a ^ b));
    expect(made(text).structure).toMatchObject({ kind: 'group', order: 8 });
    expect(taskWords(task(), undefined, filesWith(text)).recognised).toBe(
      'the product in a group of 8 elements, commutative but not cyclic',
    );
  });

  it('and not where a pair is missing, one answer is another, or answers are no operands', () => {
    const sum = (a: number, b: number): string => String((a + b) % 5);
    expect(made(table(5, sum, String, [...Array(24).keys()])).structure).toBeUndefined();
    expect(made(table(5, (a, b) => (a + b === 8 ? '0' : sum(a, b)))).structure).toBeUndefined();
    expect(made(table(5, (a, b) => `s${sum(a, b)}`)).structure).toBeUndefined();
  });
});
