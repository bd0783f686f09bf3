import { createServer } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { Observable, Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { RunCommand, RunEvent } from '@grokscope/schema';
import { executeRun } from 'grokscope';
import type { Snapshot, TrainOptions, TrainingItem } from 'grokscope';
import { buildApp } from './app.js';
import { listen } from './listen.js';
import type { LiveRun, StartRunProcess, TensorBatch } from './live-run.js';
import { createRegistry } from './registry.js';
import type { RunRegistry } from './registry.js';

const TOKEN = 'a-token';
const small = { task: { kind: 'modularAddition', p: 7 }, name: 'small', training: { steps: 30 } };

/** Facts of a run as a training stream gives them; `executeRun` numbers them. */
const own = { runId: '', seq: 0, time: '' };
const metrics = (step: number): RunEvent => ({
  type: 'metrics',
  ...own,
  step,
  trainLoss: 1 / (step + 1),
  testLoss: 2,
  trainAccuracy: 1,
  testAccuracy: 0,
  sumSquaredWeights: 3,
  stepsPerSecond: 4,
});
const snapshot = (step: number, purpose: Snapshot['purpose']): Snapshot => ({
  type: 'snapshot',
  runId: '',
  step,
  purpose,
  weights: [
    { name: 'embed.W_E', shape: [2, 1], data: Float32Array.of(step, -step) },
    { name: 'unembed.W_U', shape: [1], data: Float32Array.of(step) },
  ],
});
const ended = (reason: 'completed' | 'stopped' | 'interrupted', step: number): RunEvent => ({
  type: 'ended',
  ...own,
  reason,
  step,
  elapsedMs: 5,
  stepsPerSecond: 9,
  stepMemorized: 0,
  stepGeneralized: null,
  finalTrainLoss: 1,
  finalTestLoss: 2,
  finalTestAccuracy: 0,
  message: null,
});

/** A run without a process: what the test says happens, stored by the same code as a real one's. */
class FakeRuns {
  readonly items = new Map<string, Subject<TrainingItem>>();
  readonly commands: RunCommand[] = [];
  readonly watched: (readonly string[])[] = [];

  readonly start: StartRunProcess = (order): LiveRun => {
    const events$ = new Subject<RunEvent>();
    const tensors$ = new Subject<TensorBatch>();
    const commands$ = new Subject<RunCommand>();
    const abort = new AbortController();
    const items$ = new Subject<TrainingItem>();
    this.items.set(order.runId, items$);
    let names: readonly string[] = [];
    const train = (_: unknown, options: TrainOptions): Observable<TrainingItem> =>
      new Observable((subscriber) => {
        options.commands$?.subscribe((command) => {
          if (command.command === 'interrupt') this.end(order.runId, 'interrupted', 1);
          else this.commands.push(command);
        });
        subscriber.next({
          type: 'started',
          ...own,
          spec: order.spec,
          engine: 'reference',
          threads: 1,
          relaxedSimd: false,
          parameterCount: 3,
          why: 'a test',
        });
        return items$.subscribe(subscriber);
      });
    const exited = executeRun(
      order.spec,
      {
        runsDir: order.runsDir,
        runId: order.runId,
        commands$,
        signal: abort.signal,
        onItem: (item) => {
          if (item.type !== 'snapshot') return events$.next(item);
          const tensors = item.weights.filter(({ name }) => names.includes(name));
          if (tensors.length > 0) tensors$.next({ step: item.step, tensors });
        },
      },
      { train },
    )().then((result) => {
      events$.complete();
      tensors$.complete();
      return { storeError: result._tag === 'Left' ? result.left : null, lastWords: '' };
    });
    return {
      runId: order.runId,
      pid: undefined,
      events$,
      tensors$,
      exited,
      command: (command) => commands$.next(command),
      watch: (wanted) => {
        names = wanted;
        this.watched.push(wanted);
      },
      interrupt: () => abort.abort(),
    };
  };

  next(runId: string, ...items: TrainingItem[]): void {
    for (const item of items) this.items.get(runId)!.next(item);
  }

  end(runId: string, reason: 'completed' | 'stopped' | 'interrupted', step: number): void {
    this.next(runId, snapshot(step, 'final'), ended(reason, step));
    this.items.get(runId)!.complete();
  }
}

let runsDir: string;
let runs: FakeRuns;
let registry: RunRegistry;
let app: FastifyInstance;
const sockets: Client[] = [];

async function build(token?: string): Promise<FastifyInstance> {
  runs = new FakeRuns();
  registry = createRegistry(runsDir, runs.start);
  const built = await buildApp({
    registry,
    rules: { allowHosts: [], token },
    version: '1.2.3',
    pageFolder: join(runsDir, 'no-page'),
    logLevel: 'silent',
  });
  return built;
}

beforeEach(async () => {
  runsDir = await mkdtemp(join(tmpdir(), 'grokscope-server-'));
  app = await build();
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.close();
  for (const [runId] of runs.items) if (registry.own(runId) !== undefined) runs.end(runId, 'stopped', 99);
  await expect.poll(() => registry.live()).toEqual([]);
  await app.close();
  await rm(runsDir, { recursive: true, force: true });
});

const get = (url: string, headers: Record<string, string> = {}) =>
  app.inject({ method: 'GET', url, headers: { host: 'localhost', ...headers } });
const post = (url: string, payload: object | string, headers: Record<string, string> = {}) =>
  app.inject({
    method: 'POST',
    url,
    payload,
    headers: { host: 'localhost', 'content-type': 'application/json', ...headers },
  });

async function started(spec: object = small): Promise<string> {
  const response = await post('/api/runs', spec);
  expect(response.statusCode).toBe(201);
  return response.json<{ runId: string }>().runId;
}

async function finished(): Promise<string> {
  const runId = await started();
  runs.next(runId, metrics(0), snapshot(10, 'checkpoint'), metrics(10));
  runs.end(runId, 'completed', 30);
  await expect.poll(() => registry.own(runId)).toBeUndefined();
  return runId;
}

type Message = Record<string, unknown> & { readonly type: string; readonly event?: RunEvent };

/** A WebSocket client that keeps what it hears. */
class Client {
  readonly messages: Message[] = [];
  readonly frames: { header: Record<string, unknown>; values: number[] }[] = [];
  closeCode: number | undefined;
  private constructor(private readonly socket: WebSocket) {}

  static async open(headers: Record<string, string> = {}): Promise<Client> {
    if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers });
    const client = new Client(socket);
    sockets.push(client);
    socket.on('message', (data: Buffer, isBinary) => client.hear(data, isBinary));
    socket.on('close', (code) => (client.closeCode = code));
    await new Promise((resolve, reject) => {
      socket.on('open', resolve);
      socket.on('error', reject);
    });
    return client;
  }

  private hear(data: Buffer, isBinary: boolean): void {
    if (!isBinary) return void this.messages.push(JSON.parse(data.toString()) as Message);
    const bytes = Uint8Array.from(data);
    const length = new DataView(bytes.buffer).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as Record<
      string,
      unknown
    >;
    this.frames.push({ header, values: [...new Float32Array(bytes.buffer, 4 + length)] });
  }

  send(message: object | string | Buffer): void {
    this.socket.send(
      typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message),
    );
  }

  close(): void {
    this.socket.terminate();
  }

  /** What was heard: the seq of an event, else the type of a message. */
  get heard(): (number | string)[] {
    return this.messages.map(({ type, event }) => event?.seq ?? type);
  }

  get errors(): unknown[] {
    return this.messages.filter(({ type }) => type === 'error').map(({ code }) => code);
  }
}

describe('the HTTP interface', () => {
  it('says who it is, with headers that isolate the page', async () => {
    const response = await get('/healthz');
    expect(response.json()).toEqual({ ok: true, name: 'grokscope', version: '1.2.3', runsDir });
    expect(response.headers).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'x-content-type-options': 'nosniff',
    });
  });

  it('refuses names it does not go by and pages that are not its own', async () => {
    expect((await get('/api/runs', { host: 'evil.example' })).json()).toMatchObject({
      error: { code: 'hostRefused' },
    });
    expect((await get('/', { host: 'evil.example' })).statusCode).toBe(403);
    const foreign = await post('/api/runs', small, { origin: 'http://evil.example' });
    expect(foreign.statusCode).toBe(403);
    expect(foreign.json()).toMatchObject({ error: { code: 'originRefused' } });
    expect((await get('/api/runs', { origin: 'http://localhost' })).statusCode).toBe(200);
    expect(runs.items.size).toBe(0);
  });

  it('asks for its token where it has one, but not for the page', async () => {
    await app.close();
    app = await build(TOKEN);
    expect((await get('/api/runs')).statusCode).toBe(401);
    expect((await get('/api/runs', { authorization: 'Bearer wrong' })).statusCode).toBe(401);
    expect((await get('/api/runs', { authorization: `Bearer ${TOKEN}` })).statusCode).toBe(200);
    expect((await get('/')).statusCode).toBe(200);
    expect((await get('/healthz')).json()).not.toHaveProperty('runsDir');
    expect((await get('/healthz', { authorization: `Bearer ${TOKEN}` })).json()).toHaveProperty('runsDir');
  });

  it('describes itself', async () => {
    const paths = (await get('/api/openapi.json')).json<{ paths: object }>().paths;
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
    const runId = await started();
    runs.next(runId, metrics(0), metrics(10));
    await expect.poll(async () => (await get(`/api/runs/${runId}`)).json<{ step: number }>().step).toBe(10);
    const run = (await get(`/api/runs/${runId}`)).json();
    expect(run).toMatchObject({
      runId,
      name: 'small',
      state: 'running',
      controllable: true,
      spec: { task: { p: 7 } },
    });
    expect((await get('/api/runs')).json()).toMatchObject([{ runId, state: 'running' }]);
  });

  it('starts a preset with changes, given as an object or as texts', async () => {
    for (const set of [{ 'task.p': 11, 'training.steps': 5 }, ['task.p=11', 'training.steps=5']]) {
      const runId = await started({ preset: 'quick-grok', set });
      expect((await get(`/api/runs/${runId}`)).json()).toMatchObject({
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
    const response = await post('/api/runs', bad);
    expect(response.statusCode).toBe(422);
    const { error } = response.json<{ error: { code: string; path: string; errors: { path: string }[] } }>();
    expect(error.code).toBe('invalidSpec');
    expect(error.errors.map(({ path }) => path).sort()).toEqual([
      'data.trainFraction',
      'modle',
      'optimizer.lr',
      'task.p',
    ]);
    expect(runs.items.size).toBe(0);
  });

  it.each([
    ['nothing', null],
    ['a list', []],
    ['an unknown preset', { preset: 'quick-grk' }],
    ['a preset that is no name', { preset: 3 }],
    ['unknown keys beside the preset', { preset: 'quick-grok', steps: 3 }],
    ['a split without training pairs', { ...small, data: { trainFraction: 1e-9 } }],
  ])('answers %s with 422', async (_, body) => {
    expect((await post('/api/runs', JSON.stringify(body))).statusCode).toBe(422);
  });

  it('answers what is not JSON, or too much of it, with an error', async () => {
    expect((await post('/api/runs', '{"task":')).json()).toMatchObject({
      error: { code: expect.any(String) },
    });
    expect((await post('/api/runs', '{}', { 'content-type': 'text/plain' })).statusCode).toBe(415);
    expect((await post('/api/runs', JSON.stringify({ name: 'x'.repeat(2 << 20) }))).statusCode).toBe(413);
  });

  it('takes commands for its live runs, and says why others take none', async () => {
    const runId = await started();
    expect((await post(`/api/runs/${runId}/commands`, { command: 'step' })).statusCode).toBe(202);
    expect(runs.commands).toEqual([{ command: 'step', n: 1 }]);
    expect((await post(`/api/runs/${runId}/commands`, { command: 'fly' })).statusCode).toBe(422);
    runs.end(runId, 'stopped', 5);
    await expect.poll(() => registry.own(runId)).toBeUndefined();
    const late = await post(`/api/runs/${runId}/commands`, { command: 'pause' });
    expect(late.statusCode).toBe(409);
    expect(late.json()).toMatchObject({ error: { code: 'runNotLive' } });
  });

  it('gives events as lines, all or after a seq', async () => {
    const runId = await finished();
    const lines = (text: string) =>
      text
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as RunEvent).seq);
    expect(lines((await get(`/api/runs/${runId}/events`)).body)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(lines((await get(`/api/runs/${runId}/events?since=3`)).body)).toEqual([4, 5]);
    expect((await get(`/api/runs/${runId}/events?since=5`)).body).toBe('');
    expect((await get(`/api/runs/${runId}/events?since=x`)).statusCode).toBe(422);
  });

  it('gives curves', async () => {
    const runId = await finished();
    expect((await get(`/api/runs/${runId}/series?metric=trainLoss&points=1`)).json()).toEqual({
      runId,
      metric: 'trainLoss',
      points: [{ from: 0, to: 10, min: 1 / 11, max: 1 }],
    });
    const wrong = await get(`/api/runs/${runId}/series?metric=loss&points=0`);
    expect(wrong.json<{ error: { errors: object[] } }>().error.errors).toHaveLength(2);
  });

  it('gives checkpoints', async () => {
    const runId = await finished();
    expect((await get(`/api/runs/${runId}/checkpoints`)).json()).toEqual([{ step: 10 }, { step: 30 }]);
    const file = await get(`/api/runs/${runId}/checkpoints/newest`);
    expect(file.headers['content-disposition']).toContain(`${runId}-step-30.safetensors`);
    expect(file.rawPayload.toString('latin1')).toContain('embed.W_E');
    expect((await get(`/api/runs/${runId}/checkpoints/11`)).json()).toMatchObject({
      error: { code: 'checkpointNotFound', message: expect.stringContaining('10, 30') as string },
    });
    expect((await get(`/api/runs/${runId}/checkpoints/x`)).statusCode).toBe(422);
  });

  it('deletes a finished run, and no live one', async () => {
    const runId = await started();
    const remove = () =>
      app.inject({ method: 'DELETE', url: `/api/runs/${runId}`, headers: { host: 'localhost' } });
    expect((await remove()).statusCode).toBe(409);
    runs.end(runId, 'completed', 30);
    await expect.poll(() => registry.own(runId)).toBeUndefined();
    expect((await remove()).statusCode).toBe(204);
    expect((await get(`/api/runs/${runId}`)).statusCode).toBe(404);
    expect((await remove()).statusCode).toBe(404);
  });

  it('cannot be led out of the runs folder', async () => {
    for (const id of ['..', '%2e%2e', '..%2f..%2fetc', '%00', 'A', 'a%5cb']) {
      expect((await get(`/api/runs/${id}`)).statusCode).toBe(404);
      expect((await get(`/api/runs/${id}/events`)).statusCode).toBe(404);
    }
  });
});

describe('the WebSocket', () => {
  it('tells a finished run from its file, and that it is told', async () => {
    const runId = await finished();
    const client = await Client.open();
    client.send({ type: 'subscribe', runId });
    await expect.poll(() => client.heard).toEqual([0, 1, 2, 3, 4, 5, 'caughtUp']);
    expect(client.messages.at(-1)).toEqual({ type: 'caughtUp', runId, seq: 5 });
    client.send({ type: 'subscribe', runId, since: 4 });
    await expect.poll(() => client.heard.slice(7)).toEqual([5, 'caughtUp']);
  });

  it('goes on with what happens, each event once', async () => {
    const runId = await started();
    runs.next(runId, metrics(0));
    const early = await Client.open();
    early.send({ type: 'subscribe', runId });
    for (let step = 1; step <= 50; step++) runs.next(runId, metrics(step));
    const late = await Client.open();
    late.send({ type: 'subscribe', runId, since: 20 });
    for (let step = 51; step <= 100; step++) runs.next(runId, metrics(step));
    const events = (client: Client) => client.heard.filter((entry) => typeof entry === 'number');
    await expect.poll(() => events(early).at(-1)).toBe(101);
    await expect.poll(() => events(late).at(-1)).toBe(101);
    expect(events(early)).toEqual(Array.from({ length: 102 }, (_, seq) => seq));
    expect(events(late)).toEqual(Array.from({ length: 81 }, (_, i) => i + 21));
    expect(late.heard.filter((entry) => entry === 'caughtUp')).toHaveLength(1);
  });

  it('is silent about a run after unsubscribing', async () => {
    const runId = await started();
    const client = await Client.open();
    client.send({ type: 'subscribe', runId });
    await expect.poll(() => client.heard).toEqual([0, 'caughtUp']);
    client.send({ type: 'unsubscribe', runId });
    client.send({ type: 'ping' });
    await expect.poll(() => client.heard.at(-1)).toBe('pong');
    runs.next(runId, metrics(1));
    client.send({ type: 'ping' });
    await expect.poll(() => client.heard).toEqual([0, 'caughtUp', 'pong', 'pong']);
  });

  it('shows a run that somebody else writes, as it grows', async () => {
    const runId = await started();
    const elsewhere = await buildApp({
      registry: createRegistry(runsDir, runs.start),
      rules: { allowHosts: [], token: undefined },
      version: '1',
      pageFolder: '',
      logLevel: 'silent',
    });
    const mine = app;
    app = elsewhere;
    const client = await Client.open();
    client.send({ type: 'subscribe', runId });
    client.send({ type: 'watch', runId, names: ['unembed.W_U'], everySteps: 1 });
    await expect.poll(() => client.heard).toEqual([0, 'caughtUp']);
    runs.next(runId, metrics(5), snapshot(10, 'checkpoint'));
    await expect.poll(() => client.heard).toEqual([0, 'caughtUp', 1, 2]);
    await expect.poll(() => client.frames.map(({ values }) => values)).toEqual([[10]]);
    client.send({ type: 'command', runId, command: 'pause' });
    await expect.poll(() => client.errors).toEqual(['runNotOwn']);
    expect((await get(`/api/runs/${runId}`)).json()).toMatchObject({ controllable: false, state: 'running' });
    app = mine;
    await elsewhere.close();
  });

  it('sends watched tensors every so many steps, the newest at once, and the last', async () => {
    const runId = await started();
    const first = await Client.open();
    first.send({ type: 'watch', runId, names: ['embed.W_E', 'nobody'], everySteps: 20 });
    await expect.poll(() => runs.watched.at(-1)).toEqual(['embed.W_E', 'nobody']);
    for (const step of [0, 10, 20, 30]) runs.next(runId, snapshot(step, 'observe'));
    await expect
      .poll(() => first.frames.map(({ values }) => values))
      .toEqual([
        [0, -0],
        [20, -20],
      ]);
    expect(first.frames[1]?.header).toEqual({
      runId,
      step: 20,
      name: 'embed.W_E',
      dtype: 'float32',
      shape: [2, 1],
    });
    const second = await Client.open();
    second.send({ type: 'watch', runId, names: ['embed.W_E'], everySteps: 1000 });
    await expect.poll(() => second.frames.map(({ header }) => header['step'])).toEqual([30]);
    runs.end(runId, 'completed', 35);
    await expect.poll(() => first.frames.at(-1)?.header['step']).toBe(35);
    await expect.poll(() => second.frames.at(-1)?.header['step']).toBe(35);
  });

  it('sends the tensors of a finished run from its newest checkpoint', async () => {
    const runId = await finished();
    const client = await Client.open();
    client.send({ type: 'watch', runId, names: ['embed.W_E', 'toString'], everySteps: 1 });
    await expect
      .poll(() => client.frames)
      .toEqual([
        {
          header: { runId, step: 30, name: 'embed.W_E', dtype: 'float32', shape: [2, 1] },
          values: [30, -30],
        },
      ]);
  });

  it('passes commands to the run', async () => {
    const runId = await started();
    const client = await Client.open();
    client.send({ type: 'command', runId, command: 'set', path: 'optimizer.lr', value: 0.1 });
    await expect.poll(() => runs.commands).toEqual([{ command: 'set', path: 'optimizer.lr', value: 0.1 }]);
  });

  it('answers what it cannot read with an error, and goes on', async () => {
    const bystander = await Client.open();
    const client = await Client.open();
    for (const message of ['', 'no json', '3', '{"type":"fly"}', '{"type":"subscribe"}', Buffer.of(1, 2)]) {
      client.send(message);
    }
    client.send(JSON.stringify({ type: 'ping', padding: 'x'.repeat(100_000) }));
    client.send({ type: 'subscribe', runId: '../..' });
    client.send({ type: 'watch', runId: 'nobody', names: [], everySteps: 1 });
    await expect.poll(() => client.errors.length).toBe(9);
    expect(client.errors.sort()).toEqual([
      ...Array<string>(6).fill('badMessage'),
      'invalidRunId',
      'messageTooLarge',
      'runNotFound',
    ]);
    client.send({ type: 'ping' });
    bystander.send({ type: 'ping' });
    await expect.poll(() => [client.heard.at(-1), bystander.heard]).toEqual(['pong', ['pong']]);
  });

  it('survives a message beyond every limit; only its sender is let go', async () => {
    const bystander = await Client.open();
    const client = await Client.open();
    client.send('x'.repeat((1 << 24) + 1));
    await expect.poll(() => client.closeCode).toBe(1009);
    bystander.send({ type: 'ping' });
    await expect.poll(() => bystander.heard).toEqual(['pong']);
  });

  it('refuses pages that are not its own', async () => {
    await expect(Client.open({ origin: 'http://evil.example' })).rejects.toThrow('403');
    await expect(Client.open({ host: 'evil.example' })).rejects.toThrow('403');
  });

  it('asks for its token first where it has one', async () => {
    await app.close();
    app = await build(TOKEN);
    const stranger = await Client.open();
    stranger.send({ type: 'ping' });
    await expect.poll(() => [stranger.errors, stranger.closeCode]).toEqual([['unauthorized'], 1008]);
    const liar = await Client.open();
    liar.send({ type: 'auth', token: 'wrong' });
    await expect.poll(() => [liar.errors, liar.closeCode]).toEqual([['unauthorized'], 1008]);
    const friend = await Client.open();
    friend.send({ type: 'auth', token: TOKEN });
    friend.send({ type: 'ping' });
    const script = await Client.open({ authorization: `Bearer ${TOKEN}` });
    script.send({ type: 'ping' });
    await expect.poll(() => [friend.heard, script.heard]).toEqual([['pong'], ['pong']]);
  });
});

describe('the port', () => {
  const wanted = (port: number, folder = runsDir) => ({
    host: '127.0.0.1',
    port,
    runsDir: folder,
    token: undefined,
  });
  const portOf = (url: string): number => Number(new URL(url).port);

  it('is the next one where another program has it', async () => {
    const other = createServer((_, response) => response.end('<html>'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const place = await listen(app, wanted(port));
    expect(place.kind).toBe('listening');
    expect(place.kind === 'listening' && portOf(place.url)).toBeGreaterThan(port);
    other.close();
  });

  it('needs no second server where one on the same runs has it', async () => {
    const first = await listen(app, wanted(0));
    if (first.kind !== 'listening') throw new Error('the first server does not listen');
    const options = {
      rules: { allowHosts: [], token: undefined },
      version: '1',
      pageFolder: '',
      logLevel: 'silent',
    };
    const second = await buildApp({ registry, ...options });
    expect(await listen(second, wanted(portOf(first.url)))).toEqual({ kind: 'alreadyThere', url: first.url });
    const elsewhere = await listen(second, wanted(portOf(first.url), join(runsDir, 'other')));
    expect(elsewhere.kind).toBe('listening');
    await second.close();
  });
});
