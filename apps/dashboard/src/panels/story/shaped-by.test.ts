import type { CommandEvent } from '@grokscope/schema';
import { describe, expect, it } from 'vitest';
import { shapedRows } from './shaped-by.js';

const set = (step: number, path: string, value: number): CommandEvent => ({
  type: 'command',
  runId: 'a',
  seq: step,
  time: '2026-01-01T00:00:00.000Z',
  step,
  command: 'set',
  path,
  value,
});

describe('what the recipe says beside the spec', () => {
  it('is nothing of a run that is what its spec says', () => {
    expect(shapedRows([], null)).toEqual([]);
    expect(shapedRows([], { initialWeights: null, rewrites: true })).toEqual([]);
  });

  it('is other initial weights, changed settings and a plain graph', () => {
    const changes = [set(40, 'optimizer.weightDecay', 0), set(80, 'optimizer.lr', 0.01)];
    expect(shapedRows(changes, { initialWeights: 'ab12'.repeat(16), rewrites: false })).toEqual([
      ['Started from', 'other weights, ab12ab12ab12'],
      ['Changed', 'optimizer.weightDecay=0 at step 40, optimizer.lr=0.01 at step 80'],
      ['Graph', 'plain, without the exact rewrites'],
    ]);
  });
});
