import { builtIn } from '@grokscope/parts';
import type { Catalogue, DataSpec, ModelSpec, OptimizerSpec, Part, RunSpec } from '@grokscope/schema';
import { modelKind, partOf } from '@grokscope/schema';

/*
 * A spec in the words of a laboratory notebook. The name of a part and the words for its keys are data of the part; a
 * part that the catalogue does not have is named by its kind.
 */

/** The loss of the published run, which is not mentioned. */
const PUBLISHED_LOSS = 'crossEntropy';

const known = <P extends Part>(parts: readonly P[] | 'any', kind: unknown): P | undefined =>
  parts === 'any' ? undefined : partOf(parts, kind);

/**
 * `1 layer, width 128, 4 heads, relu MLP of 512, layer normalisation`; for an architecture without a description, or
 * not in the catalogue, its kind and settings.
 */
export function modelWords(model: ModelSpec, { models }: Pick<Catalogue, 'models'> = builtIn): string {
  const { initScale = 1 } = model;
  const words = known(models, modelKind(model))?.words?.(model) ?? plainWords(model);
  return [...words, ...(initScale === 1 ? [] : [`initial weights × ${String(initScale)}`])].join(', ');
}

const SAID_ELSEWHERE: readonly string[] = ['kind', 'actFn', 'initScale', 'seed'];

function plainWords(model: ModelSpec): readonly string[] {
  const keys = Object.entries(model).filter(([key]) => !SAID_ELSEWHERE.includes(key));
  return [String(modelKind(model)), ...keys.map(([key, value]) => `${key} ${JSON.stringify(value)}`)];
}

/** `AdamW, learning rate 0.001, weight decay 1`, and what differs from the plain rule. */
export function optimizerWords(
  optimizer: OptimizerSpec,
  { optimizers, gradientSteps }: Pick<Catalogue, 'optimizers' | 'gradientSteps'> = builtIn,
): string {
  const {
    kind,
    lr,
    weightDecay,
    momentum = 0,
    schedule,
    decayTensors,
    frozen = [],
    lrScale = {},
  } = optimizer;
  const part = known(optimizers, kind);
  return [
    `${part?.title ?? kind}, learning rate ${lr}, weight decay ${weightDecay}`,
    ...(decayTensors === 'weights' ? ['of weights alone'] : []),
    ...(Array.isArray(decayTensors) ? [`of ${decayTensors.join(' and ') || 'nothing'}`] : []),
    ...(momentum > 0 ? [`momentum ${momentum}`] : []),
    ...(part?.words?.(optimizer) ?? []),
    ...(schedule === 'cosine' ? ['cosine schedule'] : []),
    ...gradientSteps.flatMap((step) => step.words?.(optimizer) ?? []),
    ...Object.entries(lrScale).map(([name, factor]) => `learning rate × ${factor} for ${name}`),
    ...(frozen.length > 0 ? [`${frozen.join(' and ')} frozen`] : []),
  ].join(', ');
}

/** What distinguishes a run further from the published one: `StableMax loss, 10 % of the training labels wrong`. */
export function otherWords(
  { training, data }: Pick<RunSpec, 'training'> & { readonly data: DataSpec },
  { losses }: Pick<Catalogue, 'losses'> = builtIn,
): string {
  return [
    ...(training.loss === PUBLISHED_LOSS
      ? []
      : [known(losses, training.loss)?.title ?? `${training.loss} loss`]),
    ...(data.labelNoise === undefined
      ? []
      : [`${Math.round(data.labelNoise * 1000) / 10}\u00a0% of the training labels wrong`]),
  ].join(', ');
}
