import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderName } from '../listen.js';
import { sendRequest } from '../testing/attack.js';
import { ServerBench, smallSpec } from '../testing/server-bench.js';

const TOKEN = 'a-secret-of-this-test';

let bench: ServerBench;
beforeEach(async () => {
  bench = await ServerBench.open();
});
afterEach(() => bench.close());

const codeOf = async (answer: Promise<{ json: () => unknown; statusCode: number }>): Promise<unknown> => {
  const { json, statusCode } = await answer;
  return statusCode < 400 ? statusCode : (json() as { error: { code: string } }).error.code;
};

describe('a page of another site', () => {
  it.each([
    ['that a name was pointed to this machine for (DNS rebinding)', { host: 'rebound.example:4600' }],
    ['that asks across sites', { origin: 'https://evil.example' }],
    ['on another port of this machine', { host: 'localhost:4600', origin: 'http://localhost:3000' }],
    ['in a frame without an origin', { origin: 'null' }],
    ['that embeds an answer, which needs no Origin', { 'sec-fetch-site': 'cross-site' }],
    ['on another port that embeds an answer', { 'sec-fetch-site': 'same-site' }],
  ] as const)('%s neither reads nor starts a run', async (_, headers) => {
    expect(await codeOf(bench.get('/api/runs', headers))).toMatch(/Refused$/);
    expect(await codeOf(bench.post('/api/runs', smallSpec, headers))).toMatch(/Refused$/);
    await expect(bench.connect(headers)).rejects.toThrow('403');
    expect(bench.runs.items.size).toBe(0);
  });

  it('cannot start a run by a form either, which no browser asks about first', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const answer = await bench.post('/api/runs', JSON.stringify(smallSpec), { 'content-type': type });
      expect(answer.statusCode).toBe(415);
    }
  });

  it('may link to the page', async () => {
    expect((await bench.get('/', { 'sec-fetch-site': 'cross-site' })).statusCode).toBe(200);
  });
});

describe('our own page', () => {
  it.each(['localhost:9999', '127.0.0.1:8888', '[::1]:7000'])(
    'works through a tunnel as %s',
    async (host) => {
      const own = { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
      expect((await bench.get('/api/runs', own)).statusCode).toBe(200);
      expect((await bench.post('/api/runs', smallSpec, own)).statusCode).toBe(201);
      const client = await bench.connect(own);
      client.send({ type: 'ping' });
      await expect.poll(() => client.heard).toEqual(['pong']);
    },
  );

  it('may do only what comes with it', async () => {
    const { headers } = await bench.get('/');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|\*|https?:/);
    expect(headers).toMatchObject({ 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer' });
    expect((await bench.get('/api/runs')).headers['cache-control']).toBe('no-store');
  });
});

describe('the token', () => {
  const guarded = async (log?: Writable): Promise<void> => {
    await bench.close();
    bench = await ServerBench.open({ token: TOKEN, ...(log === undefined ? {} : { log }) });
  };

  it('is asked for by everything but the page and its health, and never tells the folder without', async () => {
    await guarded();
    for (const path of [
      '',
      '/x',
      '/x/events',
      '/x/outline',
      '/x/series?metric=trainLoss',
      '/x/checkpoints',
      '/x/checkpoints/1',
    ])
      expect(await codeOf(bench.get(`/api/runs${path}`)), path).toBe('unauthorized');
    expect(await codeOf(bench.post('/api/runs', smallSpec))).toBe('unauthorized');
    expect(await codeOf(bench.get('/api/openapi.json'))).toBe('unauthorized');
    expect((await bench.get('/healthz')).json()).toMatchObject({ runs: folderName(bench.runsDir) });
    expect((await bench.get('/healthz')).body).not.toContain(bench.runsDir);
  });

  it('is not found by trying', async () => {
    await guarded();
    const codes = new Set<unknown>();
    for (let n = 0; n < 80; n++)
      codes.add(await codeOf(bench.get('/api/runs', { authorization: `Bearer ${n}` })));
    expect([...codes]).toEqual(['unauthorized', 'tooManyTokens']);
    // Then even the right token must be indistinguishable from wrong ones.
    expect(await codeOf(bench.get('/api/runs', { authorization: `Bearer ${TOKEN}` }))).toBe('tooManyTokens');
  });

  it('ends a socket on which it is wrong, whatever is said next', async () => {
    await guarded();
    const client = await bench.connect();
    client.send({ type: 'auth', token: 'wrong' });
    client.send({ type: 'auth', token: TOKEN });
    client.send({ type: 'ping' });
    await expect.poll(() => client.closeCode).toBe(1008);
    expect(client.heard).toEqual(['error']);
  });

  it('is in no log, however much is logged', async () => {
    let logged = '';
    const log = new Writable({
      write: (chunk, _, done) => {
        logged += String(chunk);
        done();
      },
    });
    await guarded(log);
    const known = { authorization: `Bearer ${TOKEN}` };
    await bench.get('/api/runs', known);
    await bench.post('/api/runs', '{', known);
    await bench.get('/api/runs/nobody', known);
    const client = await bench.connect(known);
    client.send({ type: 'auth', token: TOKEN });
    client.send({ type: 'ping' });
    await expect.poll(() => client.heard).toEqual(['pong']);
    expect(logged).toContain('/api/runs/nobody');
    expect(logged).not.toContain(TOKEN);
  });
});

describe('an upgrade that is refused', () => {
  it.each(['/api/runs', '/nowhere', '/api/runs/%', '/api/runs/%zz/events'])(
    'at %s is answered and leaves no connection behind',
    async (path) => {
      const { port } = await bench.listening();
      const headers = { upgrade: 'h2c', connection: 'upgrade' };
      const status = await sendRequest(
        { host: '127.0.0.1', port },
        { method: 'GET', path, headers, body: undefined },
      );
      expect(status).toBe(path === '/nowhere' ? 404 : 400);
      const open = () =>
        new Promise((resolve) => bench.app.server.getConnections((_, count) => resolve(count)));
      await expect.poll(open).toBe(0);
    },
  );

  it('at an address that cannot be read is answered like any other', async () => {
    const answer = await bench.get('/api/runs/%zz');
    expect([answer.statusCode, answer.json()]).toMatchObject([400, { error: { code: 'badAddress' } }]);
    expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff' });
  });
});

describe('a spec', () => {
  it('that needs more memory than is free is refused, with the estimate, before anything is made', async () => {
    const huge = {
      task: { kind: 'modularAddition', p: 113 },
      model: { nLayers: 16, dModel: 8192, nHeads: 64, dHead: 128, dMlp: 32768 },
    };
    const answer = await bench.post('/api/runs', huge);
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({
      error: {
        code: 'memoryTooSmall',
        path: 'model',
        message: expect.stringMatching(/needs about \d+ MiB of memory, and \d+ MiB are free/) as string,
      },
    });
    expect(bench.runs.items.size).toBe(0);
  });
});
