import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { numberOrNull, object, text } from './json-schema.js';
import type { Json } from './json-schema.js';
import { bySchema, requireResponseSchemas } from './serializing.js';

/** What a route with this schema sends. */
async function sent(schema: Json, value: unknown, known: Record<string, Json> = {}): Promise<unknown> {
  const app = Fastify({ schemaController: bySchema });
  for (const [$id, one] of Object.entries(known)) app.addSchema({ ...one, $id });
  app.get('/', { schema: { response: { 200: schema } } }, async () => value);
  const answer = await app.inject('/');
  await app.close();
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}

const alternatives = (...anyOf: Json[]): Json => ({ anyOf });
const nothing = { type: 'null' };

describe('an answer serialised by its schema', () => {
  it.each<[string, Json, unknown]>([
    ['a field that the schema does not name', object({ a: text }), { a: 'x', b: { c: [1] } }],
    [
      'such a field of a closed object',
      { ...object({ a: text }), additionalProperties: false },
      { a: '', b: 1 },
    ],
    ['such a field of an item', { type: 'array', items: object({ a: text }) }, [{ a: 'x', b: 2 }]],
    ['a fraction where the schema says integer', object({ a: { type: 'integer' } }), { a: 1.5 }],
    ['the value where the schema says const', object({ a: { const: true } }), { a: false }],
    ['null where the schema says text', object({ a: text }), { a: null }],
    ['null where the schema says number', object({ a: { type: 'number' } }), { a: null }],
    ['null where the schema says object', object({ a: object({ b: text }) }), { a: null }],
    ['null as an alternative', object({ a: alternatives(object({ b: text }), nothing) }), { a: null }],
    [
      'an alternative to null, whole',
      object({ a: alternatives(nothing, object({ b: text })) }),
      { a: { b: 'x', c: 1 } },
    ],
    [
      'what fits no alternative',
      object({ a: alternatives(object({ b: { const: 1 } }), object({ b: { const: 2 } })) }),
      { a: { b: 3, c: 4 } },
    ],
    ['a pair, whole', { type: 'array', prefixItems: [text, text], items: false }, ['x', 'y']],
    [
      'keys that are not known beforehand',
      { type: 'object', additionalProperties: numberOrNull },
      { x: 1, y: null },
    ],
    ['a list of anything', object({ a: { type: 'array', items: {} } }), { a: [1, 'x', null, { y: [] }] }],
  ])('keeps %s', async (_, schema, value) => {
    expect(await sent(schema, value)).toEqual(value);
  });

  it('keeps every field of a long list', async () => {
    const list = Array.from({ length: 5000 }, (_, i) => ({ a: String(i), b: i / 2 }));
    expect(await sent({ type: 'array', items: object({ a: text }) }, list)).toEqual(list);
  });

  it('writes null for a place of a list that has nothing, as JSON.stringify does', async () => {
    const schema = object({ a: { type: 'array', items: {} } });
    expect(await sent(schema, { a: [undefined, 1] })).toEqual({ a: [null, 1] });
  });

  it('refuses no event and no spec of a part that the schema does not know', async () => {
    const event = object({ type: { enum: ['metrics'] } });
    const schema = object({
      newest: alternatives({ $ref: 'RunEvent#' }, nothing),
      all: { type: 'array', items: { $ref: 'RunEvent#' } },
    });
    const foreign = { type: 'measured', measures: { own: 3 } };
    const value = { newest: foreign, all: [foreign] };
    expect(await sent(schema, value, { RunEvent: event })).toEqual(value);
  });

  it('is refused where a field that must be there is missing', async () => {
    const app = Fastify({ schemaController: bySchema });
    app.get('/', { schema: { response: { 200: object({ a: text }) } } }, async () => ({ b: 1 }));
    expect((await app.inject('/')).statusCode).toBe(500);
    await app.close();
  });
});

describe('a route', () => {
  const added = async (schema: object | undefined): Promise<void> => {
    const app = Fastify({ schemaController: bySchema });
    await app.register(async (scope) => {
      requireResponseSchemas(scope);
      scope.get('/thing', schema === undefined ? {} : { schema }, async () => ({}));
    });
    await app.close();
  };

  it('is refused where it does not say what it returns', async () => {
    await expect(added(undefined)).rejects.toThrow('GET /thing has no schema of what it returns');
    await expect(added({ response: { '4xx': object({}) } })).rejects.toThrow('/thing');
    await expect(added({ response: { 200: object({}) } })).resolves.toBeUndefined();
  });
});
