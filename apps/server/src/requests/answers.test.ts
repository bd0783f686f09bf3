import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv';
import * as E from 'fp-ts/lib/Either.js';
import { parquetMetadata } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { resolveRunSpec } from '@grokscope/experiments';
import { decodeSafetensors } from '@grokscope/formats';
import { openRun } from '@grokscope/store';
import { executeRun, exportRun, fileOf } from 'grokscope';
import { encodeTensorFrame } from '@grokscope/schema';
import { bySchema } from '../routes/serializing.js';
import { ServerBench, smallSpec } from '../testing/server-bench.js';

// Every documented route is requested, and its response is compared with the document: nothing may be missing, and
// nothing may be there that the document does not name. The serialisers' output is compared with that of
// JSON.stringify.

type Json = Record<string, unknown>;
type Responses = Record<string, { readonly content?: Record<string, { readonly schema: Json }> }>;
interface Document {
  readonly paths: Record<string, Record<string, { readonly responses: Responses }>>;
  readonly components: { readonly schemas: Record<string, Json> };
}

/** The schema, closed to properties it does not name. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  const isOpen = 'properties' in inner && !('additionalProperties' in inner);
  return isOpen ? { ...inner, additionalProperties: false } : inner;
}

/** What a route was to send, and what was sent. */
const sent: { readonly route: string; readonly value: unknown; readonly text: string }[] = [];
const { compilersFactory: compilers } = bySchema as {
  compilersFactory: { buildSerializer: BuildSerializer };
};
type Serialize = (value: unknown) => string;
type BuildSerializer = (...of: unknown[]) => (route: { method: string; url: string }) => Serialize;

/** Listens to every serialiser that is built from now on. */
function listenToSerializers(): void {
  const build = compilers.buildSerializer;
  vi.spyOn(compilers, 'buildSerializer').mockImplementation((...of) => {
    const compile = build(...of);
    return (route) => {
      const serialize = compile(route);
      const name = `${route.method.toLowerCase()} ${route.url.replace(/:(\w+)/g, '{$1}')}`;
      return (value) => {
        const text = serialize(value);
        sent.push({ route: name, value, text });
        return text;
      };
    };
  });
}

let bench: ServerBench;
let document: Document;
let ajv: Ajv2020;
let runId: string;
beforeAll(async () => {
  listenToSerializers();
  bench = await ServerBench.open();
  document = (await bench.get('/api/openapi.json')).json<Document>();
  ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: 'https://grokscope.example/', ...(closed(document) as Json) });
  const spec = resolveRunSpec({
    name: 'tiny',
    task: { kind: 'modularAddition', p: 11 },
    model: { dModel: 16, nHeads: 2, dHead: 8, dMlp: 16 },
    training: { steps: 20 },
    observe: { metricsEvery: 5, progressEvery: 10, checkpointEvery: 10 },
  });
  if (E.isLeft(spec)) throw new Error(JSON.stringify(spec.left));
  const ended = await executeRun(spec.right, {
    runsDir: bench.runsDir,
    runId: 'tiny-1',
    engine: 'reference',
  })();
  if (E.isLeft(ended)) throw new Error(JSON.stringify(ended.left));
  runId = 'tiny-1';
  const folder = join(bench.runsDir, 'sweeps', 'seeds-1');
  await mkdir(folder, { recursive: true });
  const sweep = {
    sweepId: 'seeds-1',
    name: 'seeds',
    createdAt: '2026-01-02T03:04:05.000Z',
    spec: { name: 'seeds', base: 'quick-grok', vary: { 'task.p': [7, 11] }, seeds: [0] },
    elapsedMs: 5,
    workers: 1,
    runs: { 'task.p=7': 'gone-1', 'task.p=11': 'tiny-1' },
  };
  await writeFile(join(folder, 'sweep.json'), JSON.stringify({ format: 1, ...sweep }));
  // As in the first format, without these two numbers.
  const { elapsedMs: _, workers: __, ...older } = { ...sweep, sweepId: 'older-1' };
  await mkdir(join(bench.runsDir, 'sweeps', 'older-1'));
  await writeFile(join(bench.runsDir, 'sweeps', 'older-1', 'sweep.json'), JSON.stringify(older));
}, 60_000);
afterAll(async () => {
  vi.restoreAllMocks();
  await bench.close();
});

const pointer = (...parts: string[]): string =>
  parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
const validator = (...parts: string[]): ValidateFunction =>
  ajv.getSchema(`https://grokscope.example/#/${pointer(...parts)}`) as ValidateFunction;
function expectValid(value: unknown, ...parts: string[]): void {
  const validate = validator(...parts);
  expect(validate, parts.join(' ')).toBeDefined();
  expect(validate(value) ? [] : validate.errors, parts.join(' ')).toEqual([]);
}

const checked = new Set<string>();
/** Requests a route, and compares its response with the document. */
async function ask(method: 'get' | 'post' | 'patch' | 'delete', route: string, url: string, body?: object) {
  const answer =
    method === 'get'
      ? await bench.get(url)
      : method === 'delete'
        ? await bench.delete(url)
        : await bench.post(url, body!, {}, method === 'post' ? 'POST' : 'PATCH');
  const { statusCode } = answer;
  const { responses } = document.paths[route]![method]!;
  const status = String(statusCode) in responses ? String(statusCode) : `${String(statusCode)[0]}XX`;
  expect(Object.keys(responses), `${method} ${route} ${statusCode}: ${answer.body.slice(0, 300)}`).toContain(
    status,
  );
  const { content } = responses[status]!;
  const type = String(answer.headers['content-type'] ?? '').split(';')[0]!;
  if (content === undefined) expect(answer.body).toBe('');
  else {
    expect(Object.keys(content)).toContain(type);
    const at = ['paths', route, method, 'responses', status, 'content', type, 'schema'];
    const values = type.endsWith('ndjson') ? answer.body.trim().split('\n') : [answer.body];
    if (type.endsWith('json')) for (const value of values) expectValid(JSON.parse(value), ...at);
  }
  if (statusCode < 400) checked.add(`${method} ${route}`);
  return answer;
}

describe('what a route returns', () => {
  it('is what its description says', async () => {
    const run = `/api/runs/${runId}`;
    await ask('get', '/healthz', '/healthz');
    await ask('get', '/api/runs', '/api/runs');
    const live = (await ask('post', '/api/runs', '/api/runs', smallSpec)).json<{ runId: string }>();
    await ask('get', '/api/runs/{id}', `/api/runs/${live.runId}`);
    for (const command of [
      { command: 'step' },
      { command: 'step', n: 3 },
      { command: 'set', path: 'optimizer.lr', value: 0.1 },
    ]) {
      expectValid(command, 'components', 'schemas', 'RunCommand');
      await ask('post', '/api/runs/{id}/commands', `/api/runs/${live.runId}/commands`, command);
    }
    await ask('post', '/api/runs/{id}/commands', `/api/runs/${live.runId}/commands`, { command: 'fly' });
    await bench.end(live.runId, 'stopped', 5);
    await ask('get', '/api/runs/{id}', run);
    await ask('get', '/api/runs/{id}', '/api/runs/nobody');
    const notes = await ask('patch', '/api/runs/{id}/notes', `${run}/notes`, {
      note: 'seen',
      addTags: ['kept'],
    });
    const { revision } = notes.json<{ revision: string }>();
    await ask('patch', '/api/runs/{id}/notes', `${run}/notes`, { revision, note: 'newer' });
    const conflict = await ask('patch', '/api/runs/{id}/notes', `${run}/notes`, { revision, note: 'older' });
    expect(conflict.statusCode).toBe(409);
    await ask('get', '/api/runs/{id}/notes', `${run}/notes`);
    await ask('get', '/api/runs/{id}/events', `${run}/events`);
    await ask('get', '/api/runs/{id}/series', `${run}/series?metric=trainLoss&points=2`);
    await ask('get', '/api/runs/{id}/series', `${run}/series?metric=loss`);
    await ask('get', '/api/runs/{id}/outline', `${run}/outline?stretches=10`);
    await ask('get', '/api/compare', `/api/compare?runs=${runId},${live.runId}`);
    await ask('get', '/api/runs/{id}/checkpoints', `${run}/checkpoints`);
    await ask('get', '/api/runs/{id}/checkpoints/{step}', `${run}/checkpoints/newest`);
    await ask('get', '/api/runs/{id}/analysis/{step}', `${run}/analysis/20`);
    for (const format of ['csv', 'parquet', 'tensorboard', 'safetensors', 'csv&table=columns']) {
      await ask('get', '/api/runs/{id}/export', `${run}/export?format=${format}`);
    }
    await ask('get', '/api/presets', '/api/presets');
    await ask('get', '/api/tasks', '/api/tasks');
    await ask('get', '/api/engines', '/api/engines');
    await ask('get', '/api/sweeps', '/api/sweeps');
    await ask('get', '/api/sweeps/{id}', '/api/sweeps/seeds-1');
    await ask('get', '/api/sweeps/{id}', '/api/sweeps/older-1');
    await ask('get', '/api/sweeps/{id}', '/api/sweeps/nobody');
    await ask('post', '/api/runs/{id}/prune', `${run}/prune`, { keepLast: 1, dryRun: true });
    await ask('delete', '/api/runs/{id}', `/api/runs/${live.runId}`);
    const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    // The WebSocket is tested below.
    expect([...checked, 'get /ws'].sort()).toEqual(documented.sort());
  });

  it('is all that there was to send: serialised by its schema, nothing is lost or changed', () => {
    for (const { route, value, text } of sent) {
      expect(JSON.parse(text), route).toEqual(JSON.parse(JSON.stringify(value)));
    }
    // Files and lines of events are sent as raw bytes; a deletion sends nothing.
    const raw = [
      'get /ws',
      'get /api/runs/{id}/events',
      'get /api/runs/{id}/checkpoints/{step}',
      'get /api/runs/{id}/export',
      'delete /api/runs/{id}',
    ];
    const serialised = new Set([...sent.map(({ route }) => route), ...raw]);
    const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect([...serialised].sort()).toEqual([...documented, 'get /api/openapi.json'].sort());
  });
});

describe('the document', () => {
  it('holds no schema that a validator cannot use', () => {
    for (const name of Object.keys(document.components.schemas)) {
      expect(validator('components', 'schemas', name), name).toBeTypeOf('function');
    }
  });

  it('gives each command what it takes, over HTTP and the socket', () => {
    const values = {
      pause: {},
      resume: {},
      stop: {},
      step: { n: 5 },
      set: { path: 'optimizer.weightDecay', value: 0 },
    };
    for (const [command, others] of Object.entries(values)) {
      expectValid({ command, ...others }, 'components', 'schemas', 'RunCommand');
      expectValid({ type: 'command', runId, command, ...others }, 'components', 'schemas', 'ClientMessage');
      const wrong = { type: 'command', runId, command, ...others, m: 1 };
      expect(validator('components', 'schemas', 'ClientMessage')(wrong)).toBe(false);
    }
    const incomplete = { type: 'command', runId, command: 'set', path: 'optimizer.lr' };
    expect(validator('components', 'schemas', 'ClientMessage')(incomplete)).toBe(false);
  });

  it('describes what comes over the socket, and how a tensor is laid out', async () => {
    const client = await bench.connect();
    client.send({ type: 'subscribe', runId });
    client.send({ type: 'subscribe', runId: 'nobody' });
    client.send({ type: 'ping' });
    client.send({ type: 'watch', runId, names: ['embed.W_E'], everySteps: 1 });
    const types = (): string[] => client.messages.map(({ type }) => type);
    await expect.poll(types).toEqual(expect.arrayContaining(['event', 'caughtUp', 'error', 'pong']));
    for (const message of client.messages) expectValid(message, 'components', 'schemas', 'ServerMessage');
    await expect.poll(() => client.frames.length).toBe(1);
    expectValid(client.frames[0]!.header, 'components', 'schemas', 'TensorHeader');
    const frame = encodeTensorFrame({
      runId,
      step: 1,
      name: 'x',
      shape: [2],
      data: Float32Array.of(1, 2),
      skipped: 3,
    });
    const length = new DataView(frame.buffer).getUint32(0, true);
    expect((4 + length) % 8).toBe(0);
    expectValid(
      JSON.parse(Buffer.from(frame.subarray(4, 4 + length)).toString()),
      'components',
      'schemas',
      'TensorHeader',
    );
    const { description } = document.components.schemas['TensorFrame']!;
    expect(description).toMatch(/multiple of 8.*little-endian IEEE 754 float32, row-major/);
  });
});

describe('an export', () => {
  const exported = (query: string, id = runId) => bench.get(`/api/runs/${id}/export?${query}`);

  it('is the file that the command line writes', async () => {
    const csv = await exported('format=csv');
    expect(csv.headers['content-disposition']).toBe(`attachment; filename="${runId}-metrics.csv"`);
    const [header, ...rows] = csv.body.trim().split(/\r?\n/);
    expect(header).toMatch(/^step,time,trainLoss,/);
    expect(rows.length).toBeGreaterThanOrEqual(5);
    const parquet = (await exported('format=parquet')).rawPayload;
    const bytes = new Uint8Array(parquet).buffer;
    expect(Number(parquetMetadata(bytes).num_rows)).toBe(rows.length);
    const tensorboard = await exported('format=tensorboard');
    expect(tensorboard.headers['content-disposition']).toContain('events.out.tfevents.');
    expect(tensorboard.rawPayload.toString('latin1')).toContain('loss/train');
    for (const [step, of] of [
      ['', 20],
      ['&step=newest', 20],
      ['&step=10', 10],
    ] as const) {
      const weights = await exported(`format=safetensors${step}`);
      expect(weights.headers['content-disposition']).toContain(`${runId}-step-${of}.safetensors`);
      expect(E.isRight(decodeSafetensors(weights.rawPayload))).toBe(true);
    }
  });

  it('has every table that the command line writes, to the byte', async () => {
    const reader = await openRun(bench.runsDir, runId)();
    if (E.isLeft(reader)) throw new Error(JSON.stringify(reader.left));
    for (const [format, table] of [
      ['csv', 'phases'],
      ['parquet', 'commands'],
      ['csv', 'columns'],
    ] as const) {
      const whole = await exportRun(reader.right, format);
      if (E.isLeft(whole)) throw new Error(JSON.stringify(whole.left));
      const file = fileOf(whole.right, table);
      const answer = await exported(`format=${format}&table=${table}`);
      expect(answer.headers['content-type']).toBe(file.mediaType);
      expect(answer.headers['content-disposition']).toBe(`attachment; filename="${file.name}"`);
      expect(file.name).toBe(`${runId}-${table}.${table === 'columns' ? 'md' : format}`);
      expect(answer.rawPayload.equals(Buffer.from(file.bytes))).toBe(true);
    }
  });

  it.each([
    ['', ['format']],
    ['format=xlsx', ['format']],
    ['format=csv&table=steps', ['table']],
    ['format=tensorboard&table=phases', ['table']],
    ['format=csv&step=10', ['step']],
    ['format=safetensors&step=ten', ['step']],
    ['format=xlsx&step=-1', ['format', 'step']],
  ])('of %j is refused, with every fault', async (query, paths) => {
    const answer = await exported(query);
    expect(answer.statusCode).toBe(422);
    const { errors } = answer.json<{ error: { errors: { path: string }[] } }>().error;
    expect(errors.map(({ path }) => path)).toEqual(paths);
  });

  it('of what is not there is refused', async () => {
    expect((await exported('format=csv', 'nobody')).statusCode).toBe(404);
    expect((await exported('format=safetensors&step=11')).json()).toMatchObject({
      error: { code: 'checkpointNotFound' },
    });
  });
});

describe('a query', () => {
  it.each([
    ['/api/runs?limt=3', 'limt'],
    ['/api/runs/tiny-1/events?sinc=3', 'sinc'],
    ['/api/runs/tiny-1/series?metric=trainLoss&pionts=3', 'pionts'],
    ['/api/runs/tiny-1/checkpoints/10?step=20', 'step'],
    ['/api/runs/tiny-1/export?format=csv&Step=3', 'Step'],
  ])('%s that nobody knows is refused, not dropped', async (url, path) => {
    const answer = await bench.get(url);
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({ error: { code: 'invalidQuery', path } });
  });
});
