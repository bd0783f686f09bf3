import { describe, expect, it } from 'vitest';
import { absentWords } from './absent-words.js';

describe('what is not shown', () => {
  it('is said once for each reason', () => {
    const why = 'needs a network of one layer; this one has 2';
    const absent = { neurons: why, attentionToTokens: why, logitAttribution: why, 'loss.test': 'none left' };
    expect(absentWords(absent)).toEqual([
      `The frequencies of neurons and heads and neurons over all pairs: ${why}.`,
    ]);
  });

  it('is nothing where all is there', () => {
    expect(absentWords({})).toEqual([]);
  });
});
