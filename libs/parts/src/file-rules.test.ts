import { anyTaskCatalogue, decodeRunSpec as decodeBy, filesOf, formatSpecErrors } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { builtIn, decodeRunSpec, isBuiltIn, withFiles, withTasks } from './index.js';

const faults = (input: unknown, catalogue = builtIn as Parameters<typeof withFiles>[0]): string => {
  const decoded = decodeRunSpec(input, catalogue);
  return E.isLeft(decoded) ? formatSpecErrors(decoded.left) : '';
};
const spec = (input: unknown) => {
  const decoded = decodeRunSpec(input);
  if (E.isLeft(decoded)) throw new Error(formatSpecErrors(decoded.left));
  return decoded.right;
};
const rows = new TextEncoder().encode('a,b\n1,0\n2,1\n3,0\n4,1\n');

describe('a spec that names files', () => {
  it('says which, in the order of their places', () => {
    const named = spec({ task: { kind: 'table', file: 'a.csv' }, data: { splitFile: 's.json' } });
    expect(filesOf(named, builtIn)).toEqual([
      { path: 'task.file', file: 'a.csv' },
      { path: 'data.splitFile', file: 's.json' },
    ]);
    expect(filesOf(spec({ task: { kind: 'modularAddition', p: 7 } }), builtIn)).toEqual([]);
  });

  it('is held to what is in them once they are read, and before that to all else', () => {
    const one = {
      task: { kind: 'table', file: 'a.csv' },
      training: { batchSize: 3 },
      data: { trainFraction: 0.5 },
    };
    expect(faults(one)).toBe('');
    const read = withFiles(builtIn, new Map([['a.csv', rows]]));
    expect(faults(one, read)).toContain(
      'training.batchSize = 3: is larger than the training set of 2 examples',
    );
    expect(faults({ ...one, data: { trainExamples: 4 } }, read)).toContain(
      "at least one of the task's 4 examples",
    );
  });

  it('has a split in place of a fraction, which drops the one of its base', () => {
    const { data } = spec({ task: { kind: 'modularAddition', p: 7 }, data: { splitFile: 's.json' } });
    expect(data).toEqual({ splitFile: 's.json', splitSeed: 0, split: 'cpython' });
    expect(
      faults({ task: { kind: 'modularAddition', p: 7 }, data: { splitFile: 's.json', trainFraction: 0.5 } }),
    ).toMatch(/data\.splitFile = "s\.json": cannot stand beside data\.trainFraction/);
    expect(faults({ task: { kind: 'skipTrigram' }, data: { splitFile: 's.json' } })).toContain(
      'is not for skipTrigram, whose examples are drawn',
    );
  });

  it('has the table of a group in place of a named one', () => {
    const { task } = spec({ task: { kind: 'groupComposition', table: 'g.csv' } });
    expect(task).toEqual({ kind: 'groupComposition', table: 'g.csv', product: 'xy' });
    expect(spec({ task: { kind: 'groupComposition' } }).task).toEqual({
      kind: 'groupComposition',
      group: { symmetric: 5 },
      product: 'xy',
    });
    expect(faults({ task: { kind: 'groupComposition', table: 'g.csv', group: { cyclic: 3 } } })).toContain(
      'task.table = "g.csv": cannot stand beside task.group',
    );
  });

  it('is stored and read again without its files', () => {
    const named = spec({ task: { kind: 'text', file: 'a.txt' } });
    expect(E.isRight(decodeBy(JSON.parse(JSON.stringify(named)), anyTaskCatalogue))).toBe(true);
    expect(spec(JSON.parse(JSON.stringify(named)))).toEqual(named);
  });
});

it('a catalogue with files has the built-in parts still, and one with another task has not', () => {
  const files = new Map([['a.csv', rows]]);
  expect(isBuiltIn(withFiles(builtIn, files))).toBe(true);
  expect(isBuiltIn(withTasks(builtIn, [{ ...builtIn.tasks[0], kind: 'other' } as never]))).toBe(false);
});
