import { builtIn } from '@grokscope/parts';
import { integer, titled } from '@grokscope/schema';
import { expect, it } from 'vitest';
import { describePath } from './index.js';

it('calls a parameter of a task as its task says, and others by the last part of their path', () => {
  expect(describePath('task.p')).toBe('modulus p');
  expect(describePath('task.vocabulary')).toBe('vocabulary (number of characters)');
  expect(describePath('task.subsequence')).toBe('subsequence');
  expect(describePath('training.someKey')).toBe('some key');
  const [one] = builtIn.tasks;
  const foreign = {
    ...one,
    kind: 'sorting',
    parameters: { many: titled(integer(2), 'things to sort (number)') },
  };
  expect(describePath('task.many', { tasks: [...builtIn.tasks, foreign] })).toBe('things to sort (number)');
  expect(describePath('task.many')).toBe('many');
  expect(describePath('task.p', { tasks: 'any' })).toBe('p');
});
