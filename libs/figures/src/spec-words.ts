import type { DataSpec, ModelSpec, OptimizerSpec, RunSpec } from '@grokscope/schema';

/* A spec as one would note it in a laboratory book. */

/** What a run has whose loss is not the published one; losses from elsewhere go by the word of their spec. */
const LOSSES: Readonly<Record<string, string>> = {
  stableMax: 'StableMax loss',
  meanSquaredError: 'mean squared error',
};

/** Names of the built-in optimizers; others are shown by the word of their spec. */
const KINDS: Readonly<Record<string, string>> = {
  adamW: 'AdamW',
  adam: 'Adam with L2',
  sgd: 'SGD',
  muon: 'Muon',
};

/** `1 layer, width 128, 4 heads, relu MLP of 512, layer normalisation`. */
export function modelWords({
  nLayers,
  dModel,
  nHeads,
  dMlp,
  actFn,
  normalization,
  initScale,
}: ModelSpec): string {
  return [
    `${nLayers} layer${nLayers === 1 ? '' : 's'}, width ${dModel}, ${nHeads} head${nHeads === 1 ? '' : 's'}`,
    dMlp === 0 ? 'attention only' : `${actFn} MLP of ${dMlp}`,
    ...(normalization === 'layerNorm' ? ['layer normalisation'] : []),
    ...(initScale === 1 ? [] : [`initial weights × ${initScale}`]),
  ].join(', ');
}

/** `AdamW, learning rate 0.001, weight decay 1`, and what differs from the plain rule. */
export function optimizerWords(optimizer: OptimizerSpec): string {
  const { kind, lr, weightDecay, momentum = 0, schedule, clipNorm, decayTensors } = optimizer;
  const { gradientFilter: filter, orthogonalGradient, adamW } = optimizer;
  return [
    `${KINDS[kind] ?? kind}, learning rate ${lr}, weight decay ${weightDecay}`,
    ...(decayTensors === 'weights' ? ['of weights alone'] : []),
    ...(Array.isArray(decayTensors) ? [`of ${decayTensors.join(' and ') || 'nothing'}`] : []),
    ...(momentum > 0 ? [`momentum ${momentum}`] : []),
    ...(kind === 'muon' && adamW ? [`AdamW at ${adamW.lr} for what is no matrix of a block`] : []),
    ...(schedule === 'cosine' ? ['cosine schedule'] : []),
    ...(filter ? [`Grokfast (α ${filter.alpha}, λ ${filter.lambda})`] : []),
    ...(orthogonalGradient ? ['orthogonal gradient'] : []),
    ...(clipNorm === undefined ? [] : [`gradients clipped at ${clipNorm}`]),
  ].join(', ');
}

/** What else a run may have that the published one has not: `StableMax loss, 10 % of the training labels wrong`. */
export function otherWords({
  training,
  data,
}: Pick<RunSpec, 'training'> & { readonly data: DataSpec }): string {
  return [
    ...(training.loss === 'crossEntropy' ? [] : [LOSSES[training.loss] ?? `${training.loss} loss`]),
    ...(data.labelNoise === undefined
      ? []
      : [`${Math.round(data.labelNoise * 1000) / 10}\u00a0% of the training labels wrong`]),
  ].join(', ');
}
