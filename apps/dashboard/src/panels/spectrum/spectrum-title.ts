import type { Waves } from '../../plot/waves.js';
import { wavesWords } from '../../plot/waves.js';

/** Title of the spectra. */
export const spectrumTitle = (waves: Waves): string =>
  waves.frequencies.length === 0
    ? 'No frequency stands out yet'
    : wavesWords(waves, 'frequency', 'frequencies');
