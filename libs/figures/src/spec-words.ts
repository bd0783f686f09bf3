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

/**
 * `1 layer, width 128, 4 heads, relu MLP of 512, layer normalisation`; of an architecture from elsewhere its word and
 * settings.
 */
export function modelWords(model: ModelSpec): string {
  const { kind = 'transformer', initScale = 1 } = model;
  const words = kind === 'transformer' ? transformerWords(model) : otherModelWords(model);
  return [...words, ...(initScale === 1 ? [] : [`initial weights × ${String(initScale)}`])].join(', ');
}

function transformerWords({ actFn, normalization, ...rest }: ModelSpec): readonly string[] {
  const { nLayers, dModel, nHeads, dMlp } = rest as Readonly<Record<string, number>>;
  const { outputs, biases, positions, normPosition, tiedEmbeddings, attention = {} } = rest;
  const { rate, causal } = attention as { readonly rate?: number; readonly causal?: boolean };
  const norm = normalization === 'layerNorm' ? 'layer normalisation' : 'RMS normalisation';
  return [
    `${nLayers} layer${nLayers === 1 ? '' : 's'}, width ${dModel}, ${nHeads} head${nHeads === 1 ? '' : 's'}`,
    dMlp === 0 ? 'attention only' : `${String(actFn)} MLP of ${dMlp}`,
    ...(normalization === 'none' ? [] : [normPosition === 'post' ? `${norm} after each layer` : norm]),
    ...(positions === undefined
      ? []
      : [positions === 'none' ? 'no positions' : `${String(positions)} positions`]),
    ...(rate === undefined ? [] : [`attention rate ${rate}`]),
    ...(causal === false ? ['no attention mask'] : []),
    ...(biases === undefined ? [] : [biases === 'all' ? 'biases everywhere' : 'no biases']),
    ...(tiedEmbeddings === true ? ['tied embeddings'] : []),
    ...(outputs === 'classes' ? ['a logit for each answer'] : []),
  ];
}

function otherModelWords({ kind, actFn, initScale: _, seed: _seed, ...rest }: ModelSpec): readonly string[] {
  if (kind !== 'mlp')
    return [String(kind), ...Object.entries(rest).map(([key, value]) => `${key} ${JSON.stringify(value)}`)];
  const { input, dEmbed, sharedEmbedding, combine, hidden, biases } = rest;
  const embedded = `operands embedded in ${String(dEmbed)}${sharedEmbedding === true ? ' by one table' : ''}`;
  return [
    `${String(actFn)} MLP of ${(hidden as readonly number[]).join(' and ')}`,
    input === 'oneHot' ? 'one-hot operands' : embedded,
    ...(combine === 'add' ? ['added'] : []),
    ...(biases === 'all' ? ['biases'] : []),
  ];
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
