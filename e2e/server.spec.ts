import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { WebSocket } from 'ws';
import type { RunEvent } from '@grokscope/schema';
import { Workbench, freePort, quickSpec, runOf, startRun, tinySpec } from './support.js';

// The server as a program speaks to it, with real runs in their own processes.

let bench: Workbench;
test.beforeEach(() => {
  bench = new Workbench();
});
test.afterEach(() => bench.dispose());

const post = (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

interface Heard {
  readonly messages: { type: string; code?: string; event?: RunEvent }[];
  readonly send: (message: unknown) => void;
}

async function connect(url: string, headers: Record<string, string> = {}): Promise<Heard> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers });
  const messages: Heard['messages'] = [];
  socket.on('message', (data, isBinary) => {
    if (!isBinary) messages.push(JSON.parse(String(data)) as Heard['messages'][number]);
  });
  await new Promise((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
  });
  return {
    messages,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
  };
}

test('a run is started, followed to its end, and its weights fetched', async () => {
  const { url } = await bench.server();
  expect(await (await fetch(`${url}/healthz`)).json()).toMatchObject({ ok: true, name: 'grokscope' });
  const runId = await startRun(url, tinySpec);
  const client = await connect(url);
  client.send({ type: 'subscribe', runId });
  await expect.poll(() => client.messages.some(({ event }) => event?.type === 'ended')).toBe(true);
  const events = client.messages.flatMap(({ event }) => event ?? []);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i));
  expect(events[0]?.type).toBe('started');
  expect(events.at(-1)).toMatchObject({ type: 'ended', reason: 'completed', step: 40 });
  const lines = await (await fetch(`${url}/api/runs/${runId}/events?since=0`)).text();
  expect(
    lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual(events.slice(1));
  expect(await (await fetch(`${url}/api/runs/${runId}/checkpoints`)).json()).toEqual([
    { step: 20 },
    { step: 40 },
  ]);
  const weights = Buffer.from(await (await fetch(`${url}/api/runs/${runId}/checkpoints/40`)).arrayBuffer());
  expect(weights.toString('utf8', 8, 300)).toContain('__metadata__');
  await expect.poll(async () => (await runOf(url, runId))['controllable']).toBe(false);
  expect((await fetch(`${url}/api/runs/${runId}`, { method: 'DELETE' })).status).toBe(204);
  expect(await (await fetch(`${url}/api/runs`)).json()).toEqual([]);
});

test('a bad spec is answered with every fault', async () => {
  const { url } = await bench.server();
  const bad = { task: { kind: 'modularAddition', p: 1 }, data: { trainFraction: 0 }, optimiser: {} };
  const response = await post(`${url}/api/runs`, bad);
  expect(response.status).toBe(422);
  const { error } = (await response.json()) as { error: { errors: { path: string; allowed: string }[] } };
  expect(error.errors.map(({ path }) => path).sort()).toEqual(['data.trainFraction', 'optimiser', 'task.p']);
  for (const fault of error.errors) expect(fault.allowed).not.toBe('');
  expect((await post(`${url}/api/runs`, { preset: 'nobody' })).status).toBe(422);
  expect(await (await fetch(`${url}/api/runs`)).json()).toEqual([]);
});

test('foreign names and foreign pages are refused, over HTTP and WebSocket', async ({ request, page }) => {
  const { url } = await bench.server();
  const refused = await request.get(`${url}/api/runs`, { headers: { host: 'evil.example' } });
  expect([refused.status(), await refused.json()]).toMatchObject([403, { error: { code: 'hostRefused' } }]);
  const origin = 'http://evil.example';
  expect((await post(`${url}/api/runs`, tinySpec, { origin })).status).toBe(403);
  await expect(connect(url, { origin })).rejects.toThrow('403');
  await expect(connect(url, { host: 'evil.example' })).rejects.toThrow('403');
  await expect(connect(url, { origin: url })).resolves.toBeDefined();

  // What another site's page can do in a real browser: nothing.
  const { url: other } = await bench.server(['--runs', bench.at('other')]);
  await page.goto(other);
  const outcome = await page.evaluate(async (target) => {
    const opened = new Promise<string>((resolve) => {
      const socket = new WebSocket(`${target.replace('http', 'ws')}/ws`);
      socket.onopen = () => resolve('open');
      socket.onerror = () => resolve('refused');
    });
    const read = fetch(`${target}/api/runs`).then(
      () => 'read',
      () => 'refused',
    );
    return [await opened, await read];
  }, url);
  expect(outcome).toEqual(['refused', 'refused']);
});

test('messages that make no sense harm nobody', async () => {
  const { url } = await bench.server();
  const bystander = await connect(url);
  const client = await connect(url);
  for (const message of ['', '{', '[]', '{"type":"subscribe"}', { type: 'ping', x: 'y'.repeat(1 << 20) }])
    client.send(message);
  client.send({ type: 'subscribe', runId: '../../etc' });
  await expect.poll(() => client.messages.length).toBe(6);
  for (const { type } of client.messages) expect(type).toBe('error');
  for (const each of [client, bystander]) each.send({ type: 'ping' });
  await expect
    .poll(() => [client.messages.at(-1), bystander.messages.at(-1)])
    .toEqual([{ type: 'pong' }, { type: 'pong' }]);
});

test('a token is asked for where there is one', async () => {
  const { url } = await bench.server([], { GROKSCOPE_TOKEN: 'sesame' });
  expect((await fetch(`${url}/api/runs`)).status).toBe(401);
  expect((await fetch(`${url}/api/runs`, { headers: { authorization: 'Bearer sesame' } })).status).toBe(200);
  expect((await fetch(url)).status).toBe(200);
});

test('a second server on the same runs gives the address of the first; another program has its port left', async () => {
  const port = String(await freePort());
  const first = await bench.server(['--port', port]);
  const second = await bench.server([], { PORT: port });
  expect(second.url).toBe(first.url);
  expect(await second.process.exit).toBe(0);
  const elsewhere = await bench.server(['--runs', bench.at('other')], { PORT: port });
  expect(elsewhere.url).not.toBe(first.url);

  const stranger = createServer((socket) => socket.end('220 mail\r\n'));
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  const taken = (stranger.address() as AddressInfo).port;
  const beside = await bench.server(['--runs', bench.at('third')], { PORT: String(taken) });
  expect(Number(new URL(beside.url).port)).toBeGreaterThan(taken);
  stranger.close();
});

test("a server's death harms no run: it goes on, and the next server shows it", async () => {
  const first = await bench.server();
  const runId = await startRun(first.url, quickSpec);
  first.process.child.kill('SIGKILL');
  await first.process.exit;
  const { url } = await bench.server();
  expect(['running', 'completed']).toContain((await runOf(url, runId))['state']);
  const client = await connect(url);
  client.send({ type: 'subscribe', runId, since: 0 });
  await expect
    .poll(() => client.messages.some(({ event }) => event?.type === 'ended'), { timeout: 90_000 })
    .toBe(true);
  const seqs = client.messages.flatMap(({ event }) => event?.seq ?? []);
  expect(seqs).toEqual(seqs.map((_, i) => i + 1));
  expect(await runOf(url, runId)).toMatchObject({ state: 'completed', step: 1500 });
});

test('Ctrl-C on a server ends the run it started by itself, after a checkpoint', async () => {
  test.skip(
    process.platform === 'win32',
    'Windows has no SIGINT to send; once it is simulated there, this runs',
  );
  const { url, process: server } = await bench.server(['--start-preset', 'quick-grok']);
  const [, runId, shown] = /^Training (\S+): (\S+)$/.exec(await server.line(/^Training/))!;
  expect(shown).toBe(`${url}/?run=${runId}`);
  await expect.poll(async () => (await runOf(url, runId))['step'], { timeout: 60_000 }).toBeGreaterThan(0);
  server.child.kill('SIGINT');
  expect(await server.exit).toBe(0);
  const { url: next } = await bench.server();
  expect(await runOf(next, runId)).toMatchObject({ state: 'interrupted', reason: 'interrupted' });
  const checkpoints = await (await fetch(`${next}/api/runs/${runId}/checkpoints`)).json();
  expect(checkpoints).not.toEqual([]);
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`${signal} to the serve command ends its server`, async () => {
    test.skip(
      process.platform === 'win32',
      'Windows has no signals to send; once they are simulated there, this runs',
    );
    const serve = bench.grokscope('serve', '--port', String(await freePort()));
    const url = /http:\S+/.exec(await serve.line(/http:\S+/))![0];
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    serve.child.kill(signal);
    expect(await serve.exit).toBe(0);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });
}
