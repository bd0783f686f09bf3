import type { RunEvent } from '@grokscope/schema';

/** One value of an event, or null. */
export type FieldValue = number | string | boolean | null;

/** Fields that identify an event rather than report something. */
const IDENTITY = new Set(['type', 'runId', 'seq', 'time', 'step']);
/**
 * The content of an event under dotted paths: `restrictedLoss.test`; `testLossByToken.0` for the members of a list; a
 * set of numbers as a text, `2 20 29`. In the event's own order.
 *
 * @param isSet whether the list at a path is a set, with any number of members, rather than one number for each place
 */
export function fieldsOf(
  event: RunEvent,
  isSet: (path: string) => boolean = () => false,
): ReadonlyMap<string, FieldValue> {
  const fields = new Map<string, FieldValue>();
  for (const [name, value] of Object.entries(event)) if (!IDENTITY.has(name)) add(fields, name, value, isSet);
  return fields;
}

function add(
  fields: Map<string, FieldValue>,
  path: string,
  value: unknown,
  isSet: (path: string) => boolean,
): void {
  if (value === undefined) return;
  if (typeof value !== 'object' || value === null) fields.set(path, value as FieldValue);
  else if (Array.isArray(value) && isSet(path)) fields.set(path, value.join(' '));
  else for (const [name, part] of Object.entries(value)) add(fields, `${path}.${name}`, part, isSet);
}
