import { resolve } from 'node:path';
import { builtIn, type FullCatalogue } from '@grokscope/parts';
import { isFilePlace } from '@grokscope/schema';
import { inFolder, isOwnFile } from './own-files.js';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Returns a sweep as a user wrote it, with the paths of files made absolute wherever it names one: in its `base`, in
 * the values it varies, in its cases. They are relative to `folder`, the folder of the sweep's file.
 */
export function sweepInFolder(input: unknown, folder: string, catalogue: FullCatalogue = builtIn): unknown {
  if (!isFields(input)) return input;
  const { base, vary, cases } = input;
  const whole = (value: unknown): unknown =>
    typeof value === 'string' && value !== '' && !isOwnFile(value) ? resolve(folder, value) : value;
  const each = (place: string, value: unknown): unknown => {
    if (isFields(value)) {
      const nested = Object.entries(value).map(([key, inner]) => [key, each(`${place}.${key}`, inner)]);
      return Object.fromEntries(nested) as Fields;
    }
    if (!isFilePlace(place, catalogue)) return value;
    return Array.isArray(value) ? value.map(whole) : whole(value);
  };
  const places = (values: unknown): unknown =>
    isFields(values)
      ? Object.fromEntries(
          Object.entries(values).map(([place, value]) => [
            place,
            Array.isArray(value) ? value.map((one) => each(place, one)) : each(place, value),
          ]),
        )
      : values;
  return {
    ...input,
    ...(isFields(base) ? { base: inFolder(base, folder, catalogue) } : {}),
    ...(vary === undefined ? {} : { vary: places(vary) }),
    ...(Array.isArray(cases) ? { cases: cases.map(places) } : {}),
  };
}
