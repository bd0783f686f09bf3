import { builtInMeasures } from '@grokscope/interpret';
import type { MeasureInfo } from '@grokscope/schema';
import type { Json } from './json-schema.js';
import {
  anyNumber,
  count,
  listOf,
  mapOf,
  numberOrNull,
  object,
  partial,
  plain,
  text,
} from './json-schema.js';

/* `Analysis` of @grokscope/interpret, as JSON. */

const list = listOf(numberOrNull);
const byFrequency = mapOf(numberOrNull, 'by frequency, as a string; existing keys only');
const split = object({ train: numberOrNull, test: numberOrNull, all: numberOrNull }, ['all']);
const meansByFrequency = mapOf(split, 'by frequency, as a string');
const zeroAndMean = object({ zero: split, mean: split });

/** What a measure says of itself, with the schema of its value. */
const ofMeasure = ({ name, title, formula, unit, value }: MeasureInfo): [string, Json] => [
  name,
  {
    ...(value === undefined ? numberOrNull : plain(value)),
    description: `${title}: ${formula}. Unit: ${unit}`,
  },
];

/** Every measure of one set of weights; absent is what a task or model does not admit. */
export const analysisSchema: Json = {
  description:
    'Every measure of one set of weights. What a task or model does not admit is absent, and `absent` says why. Losses are in nats; of tasks on pairs they leave "=" out of the classes. Null is a number that is not finite.',
  ...object(
    {
      step: count,
      ...Object.fromEntries(builtInMeasures.map(ofMeasure)),
      measures: mapOf(numberOrNull, 'measures that are one number, by name'),
      lossByToken: listOf(split),
      group: { type: 'object', description: 'the cyclic group of the task' },
      cosineCoefficients: byFrequency,
      logitVariance: object({ explained: numberOrNull, byFrequency }),
      attentionToTokens: {
        ...listOf(list),
        description: 'per head, mean attention from "=" to a, b and "="',
      },
      spectra: object({ embedding: list, neuronLogit: list, attentionScores: listOf(list) }, ['embedding']),
      singularValues: object({ W_E: list, W_L: list }, ['W_E']),
      ablations: partial({
        logits: object({ drop: meansByFrequency, keep: meansByFrequency }),
        neurons: object({ drop: meansByFrequency, keep: meansByFrequency, keepKeys: split }),
        heads: listOf(zeroAndMean),
        mlp: zeroAndMean,
      }),
      logitAttribution: object(
        { embedding: numberOrNull, heads: list, mlp: numberOrNull, total: numberOrNull },
        ['embedding', 'heads', 'total'],
      ),
      headScores: listOf(
        object({
          layer: count,
          head: count,
          previousToken: numberOrNull,
          duplicateToken: numberOrNull,
          induction: numberOrNull,
        }),
      ),
      principalComponents: list,
      hiddenValues: mapOf(anyNumber, 'the number that each character stands for'),
      absent: mapOf(text, 'the measures that are absent, by name: why'),
    },
    ['loss', 'accuracy', 'sumSquaredWeights', 'singularValues', 'absent'],
  ),
};
