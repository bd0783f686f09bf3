import { expect, it } from 'vitest';
import { wavesOf } from '../../plot/waves.js';
import { spectrumTitle } from './spectrum-title.js';

it('the spectra say that frequencies carry the answer only once there is one', () => {
  const title = (keys: number[], standingOut: number[], hasGeneralized: boolean): string =>
    spectrumTitle(wavesOf(keys, standingOut, hasGeneralized));
  const five = [1, 2, 3, 4, 5];
  expect(title(five, [7], true)).toBe('Five frequencies carry the answer');
  expect(title([3], five, true)).toBe('One frequency carries the answer');
  expect(title(five, [3], false)).toBe('Five frequencies stand out');
  expect(title([], five, false)).toBe('Five frequencies stand out in the embedding');
  expect(title([], [3], true)).toBe('One frequency stands out in the embedding');
  expect(title([], [], true)).toBe('No frequency stands out yet');
});
