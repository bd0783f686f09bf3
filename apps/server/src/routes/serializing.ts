import { SerializerSelector } from '@fastify/fast-json-stringify-compiler';
import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import type { Json } from './json-schema.js';

/*
 * Responses are serialised by the schemas that the API's description shows (fast-json-stringify). But a schema must not
 * change what is sent. By default the serialiser drops a field that its schema does not name, cuts off the fraction of
 * an `integer`, writes a `const` whatever the value is, and refuses an event of a run whose task or measures come from
 * elsewhere. `asWritten` converts each schema to one that does none of this.
 */

/** Components that parts from elsewhere extend: what a run has stored is sent as it was stored. */
const STORED = new Set(['RunSpec', 'RunEvent']);
/** What JSON.stringify writes. */
const ANYTHING: Json = {};

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;
const isAnything = (schema: unknown): boolean => isObject(schema) && Object.keys(schema).length === 0;
const isNull = (schema: unknown): boolean => isObject(schema) && schema['type'] === 'null';

/** A number's fraction is kept, whatever the schema declares. */
const withFraction = (type: unknown): unknown =>
  Array.isArray(type) ? type.map(withFraction) : type === 'integer' ? 'number' : type;

/** Schemas by their `$id`. */
type Known = Readonly<Record<string, Json>>;

/**
 * The schema that serialises a value of `schema`: everything the value holds is written unchanged. References are
 * replaced by their schemas in `known`.
 */
function asWritten(schema: Json, known: Known = {}): Json {
  const written = byKind(schema, known);
  // Null stays null; the serialiser would turn it into an empty text, or zero.
  return typeof written['type'] === 'string' ? { ...written, nullable: true } : written;
}

function byKind(schema: Json, known: Known): Json {
  const { $ref, anyOf, type, properties, required, items, additionalProperties, patternProperties } = schema;
  const each = (schemas: Json): Json =>
    Object.fromEntries(Object.entries(schemas).map(([key, one]) => [key, asWritten(one as Json, known)]));
  if (typeof $ref === 'string') {
    const name = $ref.replace(/#$/, '');
    return STORED.has(name) ? ANYTHING : asWritten(known[name] ?? ANYTHING, known);
  }
  if (Array.isArray(anyOf)) return alternative(anyOf, known);
  if (isObject(properties)) {
    return { type: 'object', properties: each(properties), required, additionalProperties: true };
  }
  if (isObject(patternProperties)) {
    return { type: 'object', patternProperties: each(patternProperties), additionalProperties: true };
  }
  if (isObject(additionalProperties)) {
    return { type: 'object', additionalProperties: asWritten(additionalProperties, known) };
  }
  if (type === 'object') return { type, additionalProperties: true };
  if (type === 'array') {
    const written = isObject(items) ? asWritten(items, known) : ANYTHING;
    return isAnything(written) ? ANYTHING : { type, items: written };
  }
  return type === undefined ? ANYTHING : { type: withFraction(type) };
}

/**
 * If null has one alternative, that is written by its schema; a value of several possible kinds is written as it is.
 */
function alternative(alternatives: readonly unknown[], known: Known): Json {
  const others = alternatives.filter((one) => !isNull(one));
  const [only] = others;
  const isOne = others.length === 1 && others.length < alternatives.length;
  return isOne && isObject(only) ? asWritten(only, known) : ANYTHING;
}

/** For long lists JSON.stringify takes half the time, and all other requests wait meanwhile. */
const LONG_LISTS = { largeArrayMechanism: 'json-stringify', largeArraySize: 2000 } as const;
/** Building one takes milliseconds, and many routes return the same schema. */
const built = new Map<string, (value: unknown) => string>();

/** Fastify's own compiler of serialisers, applied to schemas that leave nothing out. */
export const bySchema: NonNullable<FastifyServerOptions['schemaController']> = {
  compilersFactory: {
    buildSerializer: (known, options) => {
      const compile = SerializerSelector()({}, { ...(options as object), ...LONG_LISTS });
      return (route) => {
        const schema = asWritten(route.schema as Json, known as Known);
        const key = JSON.stringify(schema);
        const serialize = built.get(key) ?? compile({ ...route, schema });
        built.set(key, serialize);
        return serialize;
      };
    },
  },
};

/** Refuses a route without a response schema when it is added; to be called before any route is. */
export function requireResponseSchemas(app: FastifyInstance): void {
  app.addHook('onRoute', ({ method, url, schema, websocket }) => {
    if (websocket === true) return;
    const { response } = (schema ?? {}) as { readonly response?: Json };
    const succeeds = Object.keys(response ?? {}).some((status) => status.startsWith('2'));
    if (!succeeds) throw new Error(`${String(method)} ${url} has no schema of what it returns`);
  });
}
