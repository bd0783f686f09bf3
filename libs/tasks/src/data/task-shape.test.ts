import type { DataSpec, TaskSpec } from '@grokscope/schema';
import { anyTaskCatalogue, decodeRunSpec, kindsOf } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { builtInTasks, createDataset, taskShape } from '../index.js';

const data: DataSpec = { trainFraction: 0.3, splitSeed: 0, split: 'native' };
const parameters: Partial<Record<string, object>> = {
  modularDivision: { p: 7 },
  conditional: { p: 7 },
  modularPolynomial: { p: 6, expression: 'x^2 + y' },
  permutationComposition: { n: 3 },
  characterAddition: { vocabulary: 30 },
  digitAddition: { digits: 2 },
  table: { file: 'own.csv' },
  text: { file: 'own.txt', length: 8 },
};
const files = new Map([
  ['own.csv', new TextEncoder().encode('a,b,c\n0,0,0\n0,1,1\n1,0,1\n1,1,2\n')],
  ['own.txt', Uint8Array.from({ length: 900 }, (_, i) => 97 + ((i * i + (i >> 3)) % 26))],
]);

function specOf(kind: string): { task: TaskSpec; data: DataSpec } {
  const decoded = decodeRunSpec(
    {
      task: { kind, ...(parameters[kind] ?? (kind.startsWith('modular') ? { p: 5 } : {})) },
    },
    { ...anyTaskCatalogue, tasks: builtInTasks, files },
  );
  if (E.isLeft(decoded)) throw new Error(JSON.stringify(decoded.left));
  return decoded.right;
}

describe('the shape of a task', () => {
  it.each(kindsOf(builtInTasks))('is that of its examples, none of which are made: %s', (kind) => {
    const spec = specOf(kind);
    const shape = taskShape(spec.task, spec.data, undefined, files);
    const made = createDataset(spec.task, spec.data, undefined, files);
    if (E.isLeft(shape) || E.isLeft(made)) throw new Error('neither should fail');
    const { dVocab, dVocabOut, nCtx, nScored, positionsVary, vocabulary, teaches, p } = shape.right;
    expect(made.right).toMatchObject({ kind, dVocab, dVocabOut, nCtx, nScored, positionsVary, teaches });
    expect(made.right.vocabulary).toEqual(vocabulary);
    expect(made.right.p).toBe(p);
  });

  it('is refused for what a table would be refused for', () => {
    const unread: TaskSpec = { kind: 'modularPolynomial', p: 5, expression: 'x +' };
    const none: DataSpec = { ...data, trainFraction: 0.001 };
    for (const [task, split] of [
      [unread, data],
      [{ kind: 'modularAddition', p: 3 }, none],
      [{ kind: 'rot13', letters: 1 }, none],
    ] as [TaskSpec, DataSpec][]) {
      const made = createDataset(task, split);
      expect(E.isLeft(made)).toBe(true);
      expect(taskShape(task, split)).toEqual(made);
    }
  });
});
