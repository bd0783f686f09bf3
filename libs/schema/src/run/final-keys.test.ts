import { describe, expect, it } from 'vitest';
import type { FinalKeys } from './final-keys.js';
import { finalKeysAfter, keysOf } from './final-keys.js';
import type { ProgressEvent, RunEvent } from './run-event.js';

const look = (keys: 'current' | 'final', key: number): ProgressEvent =>
  ({ type: 'progress', keys, keyFrequencyRule: 'mine', keyFrequencies: { mine: [key] } }) as never;
const of = (type: 'started' | 'ended'): RunEvent => ({ type }) as never;
const holdAfter = (...events: readonly RunEvent[]): string | null =>
  events.reduce<FinalKeys>(finalKeysAfter, { last: null, hold: null }).hold;

describe('the final keys of a run', () => {
  it('are those of its last look with final keys', () => {
    expect(holdAfter(of('started'), look('final', 2), look('final', 3), of('ended'))).toBe('[3]');
    expect(holdAfter(of('started'), look('current', 2), of('ended'))).toBeNull();
  });

  it('hold no more once it goes on, and again where it ends without telling them anew', () => {
    const first = [of('started'), look('final', 2), of('ended'), of('started')];
    expect(holdAfter(...first)).toBeNull();
    expect(holdAfter(...first, look('current', 3))).toBeNull();
    expect(holdAfter(...first, of('ended'))).toBe('[2]');
    expect(holdAfter(...first, look('final', 3))).toBe('[3]');
  });

  it('are none where a look names no rule', () => {
    expect(keysOf({ type: 'progress' } as never)).toBe('null');
  });
});
