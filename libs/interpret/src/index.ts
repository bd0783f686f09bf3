export { analyze } from './analyze/analyze.js';
export type { AnalyzeInput } from './analyze/analyze.js';
export type { Ablations, Analysis, ByFrequency } from './analyze/analysis.js';
export { charactersOfTask, groupAnalysis } from './characters/group-analysis.js';
export type { GroupAnalysis, GroupNetwork } from './characters/group-analysis.js';
export { irreducibleCharacters } from './characters/irreducible.js';
export type { Character, Characters } from './characters/character.js';
export { hintsFor } from './analyze/hints.js';
export type { SplitSource } from './analyze/hints.js';
export type { GroupWords } from './analyze/group-words.js';
export { KeyRuleNotAdmitted, MeasureNotAdmitted } from './analyze/errors.js';
export { ChainDiverged } from './curvature/llc.js';
export type { Llc, LlcOptions } from './curvature/llc.js';
export type { HessianOptions, HessianTop } from './curvature/hessian.js';
export { llcDefaults } from './measures/llc.js';
export { hessianDefaults } from './measures/hessian.js';
export { requireNamed } from './measures/named.js';
export { createLiveMeter } from './analyze/live.js';
export { frequenciesStandingOut, MAX_LIVE_KEYS, standingOut } from './waves/standing-out.js';
export type { LiveMeasures, LiveMeter, LiveReadings } from './analyze/live.js';
export { allMeasures, measuresOfWeights } from './measures/collect.js';
export { subjectOf } from './analyze/subject.js';
export { namedMeasureFaults } from './measures/named.js';
export { analysisMeasures, builtInMeasures } from './measures/index.js';
export type {
  Demand,
  KeyedLogits,
  KeyFrequencies,
  Look,
  Measure,
  SavedWeights,
  Spectra,
  Subject,
} from './measures/measure.js';
export { textSections } from './measures/sections.js';
export type { MeasureText, Quantity, TextRow, TextSection, Words } from './measures/text.js';
export { forwardOn } from './analyze/forward.js';
export { embeddingSpectrum, fourierBasis, frequencyPlane, strongestFrequencies } from './waves/fourier.js';
export type { EmbeddingSpectrum, FrequencyPlane } from './waves/fourier.js';
export { keyRules } from './waves/key-frequencies.js';
export type { KeyRule } from './waves/key-frequencies.js';
export type { SplitMeans } from './network/loss.js';
export { pairExamplesOf } from './analyze/examples.js';
export type { PairExamples } from './analyze/examples.js';
export { embeddingComponents, neuronLogitComponents, neuronLogitMap } from './analyze/weights.js';
export { headScores } from './network/head-scores.js';
export type { HeadScores } from './network/head-scores.js';
export { strongFrequencies } from './waves/key-frequencies.js';
export { networkOf } from './network/network.js';
export { embeddingName, networkShapeOf } from './network/network.js';
export type { Network, NetworkShape } from './network/network.js';
export { NEURON_THRESHOLD } from './network/neurons.js';
export type { NeuronFrequencies } from './network/neurons.js';
export { selectRows } from './numerics/numbers.js';
export { principalComponents } from './numerics/principal-components.js';
export type { PrincipalComponents } from './numerics/principal-components.js';
export { headScoresOf } from './analyze/sequences.js';
export { admitsPairNetwork, preparePairNetwork, runStretch } from './network/pair-network.js';
export type { PairGrid, PairNetwork } from './network/pair-network.js';
export { pairLogits, viewNeuron, viewNeurons } from './network/pair-views.js';
export type { NeuronView } from './network/pair-views.js';
export { singularValues } from './numerics/singular-values.js';
export { fourierTransform2d, normsByFrequency } from './waves/transform.js';
export { phasesOf, PhaseWatch } from './phases/phases.js';
export type { Phase, PhaseMark, PhaseMeasures } from './phases/phases.js';
