/* Small constructors of JSON Schemas for the API's description. */

export type Json = Readonly<Record<string, unknown>>;

export const text = { type: 'string' };
export const count = { type: 'integer', minimum: 0 };
/** Numbers that are not finite are null in JSON. */
export const numberOrNull = { type: ['number', 'null'] };

/** An object with these properties, all required unless `required` names fewer. */
export const object = (properties: Json, required = Object.keys(properties)): Json => ({
  type: 'object',
  properties,
  required,
});
/** A schema of the description's components, by its name. */
export const ref = (name: string): Json => ({ $ref: `${name}#` });
export const listOf = (items: Json): Json => ({ type: 'array', items });
/** An object with arbitrary keys. */
export const mapOf = (values: Json, description?: string): Json => ({
  type: 'object',
  additionalProperties: values,
  ...(description === undefined ? {} : { description }),
});

/** A schema as plain JSON, as it goes into the description. */
export const plain = (schema: unknown): Json =>
  JSON.parse(JSON.stringify(schema), (_, value: unknown) => asTuple(value)) as Json;

/** OpenAPI 3.1 expresses a list of fixed length by `prefixItems`; TypeBox uses the older form. */
function asTuple(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('items' in value)) return value;
  if (!Array.isArray(value.items)) return value;
  const { items, additionalItems: _, ...rest } = value as Json;
  return { ...rest, prefixItems: items, items: false };
}

/** A schema for user input: keys with defaults may be left out, but not those that distinguish kinds. */
export function asInput(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(asInput);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]): [string, unknown] => {
    if (key !== 'required') return [key, asInput(value)];
    return [key, (value as readonly string[]).filter((name) => name === 'kind')];
  });
  return Object.fromEntries(entries);
}
