import { Validator } from '@seriousme/openapi-schema-validator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServerBench } from '../testing/server-bench.js';

interface Description {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly summary?: string }>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

let bench: ServerBench;
beforeEach(async () => {
  bench = await ServerBench.open();
});
afterEach(() => bench.close());

const description = async (): Promise<Description> =>
  (await bench.get('/api/openapi.json')).json<Description>();

describe('the description of the interface', () => {
  it('is valid OpenAPI 3.1', async () => {
    const described = await description();
    const { valid, errors } = await new Validator().validate({ ...described });
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
    expect(described.openapi).toBe('3.1.0');
  });

  it('names every route, and what goes over the socket', async () => {
    const { paths, components } = await description();
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { summary }]) => [`${method} ${path}`, summary !== undefined]),
    );
    expect(Object.fromEntries(routes)).toEqual({
      'get /healthz': true,
      'get /api/runs': true,
      'post /api/runs': true,
      'get /api/runs/{id}': true,
      'delete /api/runs/{id}': true,
      'post /api/runs/{id}/commands': true,
      'patch /api/runs/{id}/notes': true,
      'post /api/runs/{id}/prune': true,
      'get /api/compare': true,
      'get /api/runs/{id}/events': true,
      'get /api/runs/{id}/outline': true,
      'get /api/runs/{id}/series': true,
      'get /api/runs/{id}/checkpoints': true,
      'get /api/runs/{id}/checkpoints/{step}': true,
      'get /api/runs/{id}/analysis/{step}': true,
      'get /api/runs/{id}/notes': true,
      'get /api/runs/{id}/export': true,
      'get /api/presets': true,
      'get /api/tasks': true,
      'get /api/engines': true,
      'get /api/sweeps': true,
      'get /api/sweeps/{id}': true,
      'get /ws': true,
    });
    expect(Object.keys(components.schemas)).toEqual(
      expect.arrayContaining([
        'RunSpec',
        'RunSpecInput',
        'RunEvent',
        'RunCommand',
        'ClientMessage',
        'ServerMessage',
        'TensorFrame',
        'TensorHeader',
      ]),
    );
  });

  it('refers to nothing that is not there', async () => {
    const text = JSON.stringify(await description());
    const { components } = JSON.parse(text) as Description;
    const names = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => target!);
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      expect(name).toMatch(/^#\/components\/schemas\/\w+$/);
      expect(components.schemas).toHaveProperty(name.split('/').at(-1)!);
    }
  });
});

describe('an analysis', () => {
  it('is not made of what is not there, or is none', async () => {
    const runId = await bench.finished();
    expect((await bench.get(`/api/runs/${runId}/analysis/11`)).json()).toMatchObject({
      error: { code: 'checkpointNotFound' },
    });
    expect((await bench.get(`/api/runs/${runId}/analysis/x`)).statusCode).toBe(422);
    // The weights of this test belong to no model.
    expect((await bench.get(`/api/runs/${runId}/analysis/newest`)).json()).toMatchObject({
      error: { code: 'notAnalyzable' },
    });
  });
});
