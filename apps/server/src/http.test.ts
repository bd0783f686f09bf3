import { get } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServerBench, smallSpec } from './testing/server-bench.js';
import type { RunEvent } from '@grokscope/schema';
import { metrics, snapshot } from './testing/fake-runs.js';

const TOKEN = 'a-token';

/** Status of a GET whose target is sent exactly as written. */
async function statusOf(
  server: ServerBench,
  target: string,
  headers: Record<string, string>,
): Promise<number> {
  const { port } = await server.listening();
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: target, headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).on('error', reject);
  });
}

let bench: ServerBench;
beforeEach(async () => {
  bench = await ServerBench.open();
});
afterEach(() => bench.close());

describe('the HTTP interface', () => {
  it('says who it is, with headers that isolate the page', async () => {
    const response = await bench.get('/healthz');
    expect(response.json()).toEqual({
      ok: true,
      name: 'grokscope',
      version: '1.2.3',
      runs: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      runsDir: bench.runsDir,
    });
    expect(response.headers).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'x-content-type-options': 'nosniff',
    });
  });

  it('refuses names it does not go by and pages that are not its own', async () => {
    expect((await bench.get('/api/runs', { host: 'evil.example' })).json()).toMatchObject({
      error: { code: 'hostRefused' },
    });
    expect((await bench.get('/', { host: 'evil.example' })).statusCode).toBe(403);
    const foreign = await bench.post('/api/runs', smallSpec, { origin: 'http://evil.example' });
    expect(foreign.statusCode).toBe(403);
    expect(foreign.json()).toMatchObject({ error: { code: 'originRefused' } });
    expect((await bench.get('/api/runs', { origin: 'http://localhost' })).statusCode).toBe(200);
    expect(bench.runs.items.size).toBe(0);
  });

  it('asks for its token where it has one, but not for the page', async () => {
    await bench.close();
    bench = await ServerBench.open({ token: TOKEN });
    expect((await bench.get('/api/runs')).statusCode).toBe(401);
    expect((await bench.get('/api/runs', { authorization: 'Bearer wrong' })).statusCode).toBe(401);
    expect((await bench.get('/api/runs', { authorization: `Bearer ${TOKEN}` })).statusCode).toBe(200);
    expect((await bench.get('/')).statusCode).toBe(200);
    expect((await bench.get('/healthz')).json()).not.toHaveProperty('runsDir');
    expect((await bench.get('/healthz', { authorization: `Bearer ${TOKEN}` })).json()).toHaveProperty(
      'runsDir',
    );
  });

  it('asks for its token however an address is spelt', async () => {
    await bench.close();
    bench = await ServerBench.open({ token: TOKEN });
    const host = { host: 'localhost' };
    for (const target of [
      '/%61pi/runs',
      '/api%2Fruns',
      '//api/runs',
      'http://localhost/api/runs',
      '/ap%69/runs/x',
    ]) {
      expect(await statusOf(bench, target, host), target).not.toBe(200);
    }
    expect(await statusOf(bench, '/%61pi/runs', host)).toBe(401);
    expect(await statusOf(bench, 'http://localhost/api/runs', host)).toBe(401);
    const known = { ...host, authorization: `Bearer ${TOKEN}` };
    expect(await statusOf(bench, '/%61pi/runs', known)).toBe(200);
    expect(await statusOf(bench, 'http://localhost/api/runs', known)).toBe(200);
  });

  it('describes itself', async () => {
    const paths = (await bench.get('/api/openapi.json')).json<{ paths: object }>().paths;
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/healthz',
        '/api/runs',
        '/api/runs/{id}',
        '/api/runs/{id}/checkpoints/{step}',
      ]),
    );
  });

  it('starts a run and shows it', async () => {
    const runId = await bench.started();
    bench.runs.next(runId, metrics(0), metrics(10));
    await expect
      .poll(async () => (await bench.get(`/api/runs/${runId}`)).json<{ step: number }>().step)
      .toBe(10);
    const run = (await bench.get(`/api/runs/${runId}`)).json();
    expect(run).toMatchObject({
      runId,
      name: 'small',
      state: 'running',
      controllable: true,
      spec: { task: { p: 7 } },
    });
    expect((await bench.get('/api/runs')).json()).toMatchObject([{ runId, state: 'running' }]);
  });

  it('starts a preset with changes, given as an object or as texts', async () => {
    for (const set of [{ 'task.p': 11, 'training.steps': 5 }, ['task.p=11', 'training.steps=5']]) {
      const runId = await bench.started({ preset: 'quick-grok', set });
      expect((await bench.get(`/api/runs/${runId}`)).json()).toMatchObject({
        steps: 5,
        spec: { task: { p: 11 }, optimizer: { weightDecay: 2 } },
      });
    }
  });

  it('answers a bad spec with every fault and starts nothing', async () => {
    const bad = {
      task: { kind: 'modularAddition', p: 1 },
      optimizer: { lr: -1 },
      modle: {},
      data: { trainFraction: 2 },
    };
    const response = await bench.post('/api/runs', bad);
    expect(response.statusCode).toBe(422);
    const { error } = response.json<{ error: { code: string; path: string; errors: { path: string }[] } }>();
    expect(error.code).toBe('invalidSpec');
    expect(error.errors.map(({ path }) => path).sort()).toEqual([
      'data.trainFraction',
      'modle',
      'optimizer.lr',
      'task.p',
    ]);
    expect(bench.runs.items.size).toBe(0);
  });

  it.each([
    ['nothing', null],
    ['a list', []],
    ['an unknown preset', { preset: 'quick-grk' }],
    ['a preset that is no name', { preset: 3 }],
    ['unknown keys beside the preset', { preset: 'quick-grok', steps: 3 }],
    ['a split without training pairs', { ...smallSpec, data: { trainFraction: 1e-9 } }],
  ])('answers %s with 422', async (_, body) => {
    expect((await bench.post('/api/runs', JSON.stringify(body))).statusCode).toBe(422);
  });

  it('blames the preset where it is the preset', async () => {
    for (const preset of ['nope', 3, null]) {
      const { error } = (await bench.post('/api/runs', { preset })).json<{ error: { path: string } }>();
      expect(error.path).toBe('preset');
    }
  });

  it('answers what is not JSON, or too much of it, with an error', async () => {
    expect((await bench.post('/api/runs', '{"task":')).json()).toMatchObject({
      error: { code: expect.any(String) },
    });
    expect((await bench.post('/api/runs', '{}', { 'content-type': 'text/plain' })).statusCode).toBe(415);
    expect((await bench.post('/api/runs', JSON.stringify({ name: 'x'.repeat(2 << 20) }))).statusCode).toBe(
      413,
    );
  });

  it('takes commands for its live runs, and says why others take none', async () => {
    const runId = await bench.started();
    expect((await bench.post(`/api/runs/${runId}/commands`, { command: 'step' })).statusCode).toBe(202);
    expect(bench.runs.commands).toEqual([{ command: 'step', n: 1, by: 'api' }]);
    expect((await bench.post(`/api/runs/${runId}/commands`, { command: 'fly' })).statusCode).toBe(422);
    await bench.end(runId, 'stopped', 5);
    const late = await bench.post(`/api/runs/${runId}/commands`, { command: 'pause' });
    expect(late.statusCode).toBe(409);
    expect(late.json()).toMatchObject({ error: { code: 'runNotLive' } });
  });

  it('goes on with a run that broke off, and not with one that is done', async () => {
    const runId = await bench.started();
    bench.runs.next(runId, metrics(0), snapshot(10, 'checkpoint'));
    await bench.end(runId, 'interrupted', 12);
    expect((await bench.post(`/api/runs/${runId}/commands`, { command: 'resume' })).statusCode).toBe(202);
    expect((await bench.get(`/api/runs/${runId}`)).json()).toMatchObject({ state: 'running' });
    await bench.end(runId, 'completed', 30);
    const done = await bench.post(`/api/runs/${runId}/commands`, { command: 'resume' });
    expect(done.statusCode).toBe(409);
    expect(done.json()).toMatchObject({ error: { code: 'notResumable' } });
    const { body } = await bench.get(`/api/runs/${runId}/events`);
    const types = body
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as RunEvent).type);
    expect(types.filter((type) => type === 'started')).toHaveLength(2);
  });

  it('starts no more runs than may be live in its folder, whoever started them', async () => {
    const limited = await ServerBench.open({ runsDir: bench.runsDir, maxLiveRuns: 3 });
    const elsewhere = await bench.started();
    await limited.started();
    const both = await Promise.all([1, 2].map(() => limited.post('/api/runs', smallSpec)));
    expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([201, 429]);
    const refusal = both.find(({ statusCode }) => statusCode === 429)?.json<object>();
    expect(refusal).toEqual({
      error: { code: 'tooManyRuns', message: '3 runs are live already; stop one first' },
    });
    // A run that no process writes any more takes no place, nor does one that is over.
    await bench.end(elsewhere, 'interrupted', 12);
    await limited.started();
    const resumed = await limited.post(`/api/runs/${elsewhere}/commands`, { command: 'resume' });
    expect(resumed.json()).toMatchObject({ error: { code: 'tooManyRuns' } });
    for (const { run } of limited.registry.live()) await limited.end(run.runId, 'completed', 30);
    expect((await limited.post('/api/runs', smallSpec)).statusCode).toBe(201);
    for (const { run } of limited.registry.live()) await limited.end(run.runId, 'stopped', 30);
    await limited.app.close();
  });

  it('gives events as lines, all or after a seq', async () => {
    const runId = await bench.finished();
    const lines = (text: string) =>
      text
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as RunEvent).seq);
    expect(lines((await bench.get(`/api/runs/${runId}/events`)).body)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(lines((await bench.get(`/api/runs/${runId}/events?since=3`)).body)).toEqual([4, 5]);
    expect((await bench.get(`/api/runs/${runId}/events?since=5`)).body).toBe('');
    expect((await bench.get(`/api/runs/${runId}/events?since=x`)).statusCode).toBe(422);
  });

  it('gives curves', async () => {
    const runId = await bench.finished();
    expect((await bench.get(`/api/runs/${runId}/series?metric=trainLoss&points=1`)).json()).toEqual({
      runId,
      metric: 'trainLoss',
      exact: false,
      points: [{ from: 0, to: 10, min: 1 / 11, max: 1 }],
    });
    const zoomed = await bench.get(`/api/runs/${runId}/series?metric=trainLoss&points=1&from=1`);
    expect(zoomed.json()).toMatchObject({ exact: true, points: [{ from: 10, to: 10 }] });
    const wrong = await bench.get(`/api/runs/${runId}/series?metric=loss&points=0`);
    expect(wrong.json<{ error: { errors: object[] } }>().error.errors).toHaveLength(2);
  });

  it('gives the past of a run in little, from where a subscription takes up', async () => {
    const runId = await bench.finished();
    const all = (await bench.get(`/api/runs/${runId}/events`)).body.trim().split('\n');
    const events = all.map((line) => JSON.parse(line) as RunEvent);
    const measured = events.filter(({ type }) => type === 'metrics');
    expect((await bench.get(`/api/runs/${runId}/outline`)).json()).toMatchObject({
      runId,
      seq: 5,
      measured: measured.length,
      metrics: { step: [0, 10], trainLoss: [1, 1 / 11] },
      newest: measured.at(-1),
      events: events.filter(({ type }) => type !== 'metrics'),
    });
    const later = await bench.get(`/api/runs/${runId}/outline?since=3`);
    expect(later.json()).toMatchObject({ seq: 5, events: events.filter(({ seq }) => seq > 3) });
    expect((await bench.get(`/api/runs/${runId}/outline?since=99`)).json()).toMatchObject({
      seq: 5,
      measured: 0,
    });
    const wrong = await bench.get(`/api/runs/${runId}/outline?since=x&stretches=0`);
    expect(wrong.json<{ error: { errors: object[] } }>().error.errors).toHaveLength(2);
    expect((await bench.get('/api/runs/nobody/outline')).statusCode).toBe(404);
  });

  it('gives checkpoints', async () => {
    const runId = await bench.finished();
    expect((await bench.get(`/api/runs/${runId}/checkpoints`)).json()).toEqual([{ step: 10 }, { step: 30 }]);
    const file = await bench.get(`/api/runs/${runId}/checkpoints/newest`);
    expect(file.headers['content-disposition']).toContain(`${runId}-step-30.safetensors`);
    expect(file.rawPayload.toString('latin1')).toContain('embed.W_E');
    expect((await bench.get(`/api/runs/${runId}/checkpoints/11`)).json()).toMatchObject({
      error: { code: 'checkpointNotFound', message: expect.stringContaining('10, 30') as string },
    });
    expect((await bench.get(`/api/runs/${runId}/checkpoints/x`)).statusCode).toBe(422);
  });

  it('deletes a finished run, and no live one', async () => {
    const runId = await bench.started();
    const remove = () => bench.delete(`/api/runs/${runId}`);
    expect((await remove()).statusCode).toBe(409);
    await bench.end(runId, 'completed', 30);
    expect((await remove()).statusCode).toBe(204);
    expect((await bench.get(`/api/runs/${runId}`)).statusCode).toBe(404);
    expect((await remove()).statusCode).toBe(404);
  });

  it('cannot be led out of the runs folder', async () => {
    for (const id of ['..', '%2e%2e', '..%2f..%2fetc', '%00', 'A', 'a%5cb']) {
      expect((await bench.get(`/api/runs/${id}`)).statusCode).toBe(404);
      expect((await bench.get(`/api/runs/${id}/events`)).statusCode).toBe(404);
    }
  });
});
