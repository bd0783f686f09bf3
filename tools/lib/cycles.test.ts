import { describe, expect, it } from 'vitest';
import { cyclesOf } from './cycles.mjs';

const cycles = (graph: Readonly<Record<string, string>>): readonly (readonly string[])[] =>
  cyclesOf(new Map(Object.entries(graph).map(([node, next]) => [node, [...next]])));

describe('import cycles', () => {
  it('are none where every way ends', () => {
    expect(cycles({})).toEqual([]);
    expect(cycles({ a: 'bc', b: 'c', c: '', d: 'ax' })).toEqual([]);
  });

  it('are found whole, of any length, each once', () => {
    expect(cycles({ a: 'a' })).toEqual([['a']]);
    expect(cycles({ d: 'c', a: 'b', b: 'c', c: 'ae', e: '' })).toEqual([['a', 'b', 'c']]);
    expect(cycles({ a: 'b', b: 'ac', c: 'd', d: 'c' })).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    expect(cycles({ a: 'bc', b: 'a', c: 'a' })).toEqual([['a', 'b', 'c']]);
  });
});
