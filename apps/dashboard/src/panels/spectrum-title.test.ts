import { expect, it } from 'vitest';
import { carriesAnswer, spectrumTitle } from './spectrum-title.js';

it('the spectrum says that frequencies carry the answer only of addition and subtraction', () => {
  expect(spectrumTitle(5, carriesAnswer('modularAddition'))).toBe('Five frequencies carry the answer');
  expect(spectrumTitle(1, carriesAnswer('modularSubtraction'))).toBe('One frequency carries the answer');
  for (const kind of ['modularMultiplication', 'modularDivision', 'modularPolynomial'] as const) {
    expect(spectrumTitle(5, carriesAnswer(kind))).toBe('Five frequencies stand out');
  }
  expect(spectrumTitle(1, false)).toBe('One frequency stands out');
  expect(spectrumTitle(0, true)).toBe('No frequency stands out yet');
});
