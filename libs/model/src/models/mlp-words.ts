import type { ModelSpec } from '@grokscope/schema';

/**
 * Describes a perceptron in phrases: `relu MLP of 128`, `operands embedded in 256`, and what differs from the published
 * one.
 */
export function mlpWords(model: ModelSpec): readonly string[] {
  const { input, dEmbed, sharedEmbedding, combine, hidden, biases, actFn } = model;
  const embedded = `operands embedded in ${String(dEmbed)}${sharedEmbedding === true ? ' by one table' : ''}`;
  return [
    `${String(actFn)} MLP of ${(hidden as readonly number[]).join(' and ')}`,
    input === 'oneHot' ? 'one-hot operands' : embedded,
    ...(combine === 'add' ? ['added'] : []),
    ...(biases === 'all' ? ['biases'] : []),
  ];
}
