export { embeddingSpectrum, fourierBasis, frequencyPlane, strongestFrequencies } from './fourier.js';
export type { EmbeddingSpectrum, FrequencyPlane } from './fourier.js';
