import { analysisMeasures } from '@grokscope/interpret';
import type { MeasureInfo } from '@grokscope/schema';
import type { Json } from './json-schema.js';
import { count, mapOf, numberOrNull, object, plain, text } from './json-schema.js';

/* `Analysis` of @grokscope/interpret, as JSON. */

/** The description of a measure, with the schema of its value. */
const ofMeasure = ({ name, title, formula, unit, value }: MeasureInfo): [string, Json] => [
  name,
  {
    ...(value === undefined ? numberOrNull : plain(value)),
    description: `${title}: ${formula}. Unit: ${unit}`,
  },
];

/** Every measure of one set of weights; those that a task or model does not admit are absent. */
export const analysisSchema: Json = {
  description:
    'Every measure of one set of weights. What a task or model does not admit is absent, and `absent` says why. Losses are in nats; of tasks on pairs they leave "=" out of the classes. Null is a number that is not finite.',
  ...object(
    {
      step: count,
      ...Object.fromEntries(analysisMeasures.map(ofMeasure)),
      measures: mapOf(numberOrNull, 'measures that are one number, by name'),
      absent: mapOf(text, 'the measures that are absent, by name: why'),
    },
    ['loss', 'accuracy', 'sumSquaredWeights', 'absent'],
  ),
};
