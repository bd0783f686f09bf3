import { expect, it } from 'vitest';
import { spectrumTitle } from './spectrum-title.js';

it('the spectra say that frequencies carry the answer only once there is one', () => {
  expect(spectrumTitle(5, true)).toBe('Five frequencies carry the answer');
  expect(spectrumTitle(1, true)).toBe('One frequency carries the answer');
  expect(spectrumTitle(5, false)).toBe('Five frequencies stand out');
  expect(spectrumTitle(1, false)).toBe('One frequency stands out');
  expect(spectrumTitle(0, true)).toBe('No frequency stands out yet');
});
