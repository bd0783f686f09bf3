import { describe, expect, it } from 'vitest';
import type { EndingReason } from './ending-order.js';
import { endingOrder } from './ending-order.js';

const answers = (...reasons: readonly EndingReason[]): readonly string[] => reasons.map(endingOrder());

describe('the order to end', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'parentGone'] as const)('is taken from %s', (reason) => {
    expect(answers(reason)).toEqual(['end']);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('is to leave at once from a second kill by %s', (again) => {
    expect(answers('SIGINT', again)).toEqual(['end', 'leave']);
    expect(answers('SIGTERM', again, again)).toEqual(['end', 'leave', 'leave']);
  });

  it.each(['SIGHUP', 'parentGone'] as const)(
    'is one order where %s comes beside a kill, in any order',
    (beside) => {
      expect(answers(beside, 'SIGTERM')).toEqual(['end', 'wait']);
      expect(answers('SIGTERM', beside)).toEqual(['end', 'wait']);
      expect(answers(beside, beside, 'SIGINT', beside)).toEqual(['end', 'wait', 'wait', 'wait']);
      expect(answers(beside, 'SIGTERM', 'SIGTERM')).toEqual(['end', 'wait', 'leave']);
    },
  );
});
