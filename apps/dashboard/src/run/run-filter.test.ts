import { describe, expect, it } from 'vitest';
import type { RunSummary } from '../connection/api.js';
import { runsOf } from '../connection/api.js';
import { countWords, runsWith } from './run-filter.js';

const run = (name: string, more: Partial<RunSummary> = {}): RunSummary => ({
  runId: `${name}-20260101-000000-abcd`,
  name,
  state: 'completed',
  step: 10,
  steps: 10,
  testAccuracy: 1,
  createdAt: '',
  controllable: true,
  openable: true,
  problem: null,
  origin: { initialWeights: null, rewrites: true },
  note: '',
  tags: [],
  ...more,
});

describe('finding runs', () => {
  const runs = [
    run('mainline', { tags: ['slow'] }),
    run('quick-grok', { state: 'diverged', note: 'Look at the Café figure' }),
    run('division p 97'),
  ];
  const found = (text: string): readonly string[] => runsWith(runs, text).map(({ name }) => name);

  it('goes by every word, in name, id, state, note and tags, without case', () => {
    expect(found('  ')).toEqual(['mainline', 'quick-grok', 'division p 97']);
    expect(found('GROK')).toEqual(['quick-grok']);
    expect(found('97 div')).toEqual(['division p 97']);
    expect(found('#slow')).toEqual(['mainline']);
    expect(found('diverged figure')).toEqual(['quick-grok']);
    expect(found('grok completed')).toEqual([]);
  });

  it('finds a word however its accents are written', () => {
    expect(found('cafe\u0301')).toEqual(['quick-grok']);
  });

  it('is counted in words', () => {
    expect([countWords(0, 0), countWords(1, 1), countWords(103, 103)]).toEqual([
      'No run yet.',
      '1 run',
      '103 runs, newest first',
    ]);
    expect([countWords(4, 103), countWords(0, 103)]).toEqual([
      '4 of 103 runs',
      'None of the 103 runs matches.',
    ]);
  });
});

it('a run is found by what it tells its task is, as the server lists it', () => {
  const listed = runsOf([
    { runId: 'a', taskTitle: 'the larger of two numbers below 7' },
    { runId: 'b', taskTitle: 3 },
  ]);
  expect(runsWith(listed, 'larger numbers').map(({ runId }) => runId)).toEqual(['a']);
  expect(listed[1]).not.toHaveProperty('taskTitle');
});
