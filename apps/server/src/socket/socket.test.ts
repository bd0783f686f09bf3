import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeCommands } from '@grokscope/store';
import { ServerBench } from '../testing/server-bench.js';
import type { Client } from '../testing/client.js';
import { metrics, snapshot } from '../testing/fake-runs.js';

const TOKEN = 'a-token';

let bench: ServerBench;
beforeEach(async () => {
  bench = await ServerBench.open();
});
afterEach(() => bench.close());

describe('the WebSocket', () => {
  it('tells a finished run from its file, and that it is told', async () => {
    const runId = await bench.finished();
    const client = await bench.connect();
    client.send({ type: 'subscribe', runId });
    await expect.poll(() => client.heard).toEqual([0, 1, 2, 3, 4, 5, 'caughtUp']);
    expect(client.messages.at(-1)).toEqual({ type: 'caughtUp', runId, seq: 5 });
    client.send({ type: 'subscribe', runId, since: 4 });
    await expect.poll(() => client.heard.slice(7)).toEqual([5, 'caughtUp']);
  });

  it('goes on with what happens, each event once', async () => {
    const runId = await bench.started();
    bench.runs.next(runId, metrics(0));
    const early = await bench.connect();
    early.send({ type: 'subscribe', runId });
    for (let step = 1; step <= 50; step++) bench.runs.next(runId, metrics(step));
    const late = await bench.connect();
    late.send({ type: 'subscribe', runId, since: 20 });
    for (let step = 51; step <= 100; step++) bench.runs.next(runId, metrics(step));
    const events = (client: Client) => client.heard.filter((entry) => typeof entry === 'number');
    await expect.poll(() => events(early).at(-1)).toBe(101);
    await expect.poll(() => events(late).at(-1)).toBe(101);
    expect(events(early)).toEqual(Array.from({ length: 102 }, (_, seq) => seq));
    expect(events(late)).toEqual(Array.from({ length: 81 }, (_, i) => i + 21));
    expect(late.heard.filter((entry) => entry === 'caughtUp')).toHaveLength(1);
  });

  it('is silent about a run after unsubscribing', async () => {
    const runId = await bench.started();
    const client = await bench.connect();
    client.send({ type: 'subscribe', runId });
    await expect.poll(() => client.heard).toEqual([0, 'caughtUp']);
    client.send({ type: 'unsubscribe', runId });
    client.send({ type: 'ping' });
    await expect.poll(() => client.heard.at(-1)).toBe('pong');
    bench.runs.next(runId, metrics(1));
    client.send({ type: 'ping' });
    await expect.poll(() => client.heard).toEqual([0, 'caughtUp', 'pong', 'pong']);
  });

  it('does not count towards the limit what is over', async () => {
    const limit = 64;
    const first = await bench.finished();
    const record = await readFile(join(bench.runsDir, first, 'run.json'), 'utf8');
    const copies = Array.from({ length: limit + 1 }, (_, i) => `copy-${i}`);
    for (const runId of copies) {
      await cp(join(bench.runsDir, first), join(bench.runsDir, runId), { recursive: true });
      await writeFile(join(bench.runsDir, runId, 'run.json'), record.replaceAll(first, runId));
    }
    const client = await bench.connect();
    const follow = (runId: string): void => {
      client.send({ type: 'subscribe', runId });
      client.send({ type: 'watch', runId, names: ['embed.W_E'], everySteps: 1 });
    };
    const told = () => [client.heard.filter((entry) => entry === 'caughtUp').length, client.frames.length];
    copies.slice(0, limit).forEach(follow);
    await expect.poll(told, { timeout: 10_000 }).toEqual([limit, limit]);
    // Everything is reported a moment before the run is over, so the last one may have to ask again.
    const tellsOneMore = (): boolean => {
      follow(copies[limit]!);
      return told().every((count) => count > limit);
    };
    await expect.poll(tellsOneMore, { timeout: 5000 }).toBe(true);
  });

  it('shows a run that somebody else writes, as it grows', async () => {
    const runId = await bench.started();
    const elsewhere = await ServerBench.open({ runsDir: bench.runsDir, runs: bench.runs });
    const client = await elsewhere.connect();
    client.send({ type: 'subscribe', runId });
    client.send({ type: 'watch', runId, names: ['unembed.W_U'], everySteps: 1 });
    await expect.poll(() => client.heard).toEqual([0, 'caughtUp']);
    bench.runs.next(runId, metrics(5), snapshot(10, 'checkpoint'));
    await expect.poll(() => client.heard).toEqual([0, 'caughtUp', 1, 2]);
    await expect.poll(() => client.frames.map(({ values }) => values)).toEqual([[10]]);
    client.send({ type: 'command', runId, command: 'pause' });
    await expect
      .poll(() => takeCommands(join(bench.runsDir, runId)))
      .toEqual([{ value: { command: 'pause', by: 'api' } }]);
    expect(client.errors).toEqual([]);
    expect((await elsewhere.get(`/api/runs/${runId}`)).json()).toMatchObject({
      controllable: true,
      state: 'running',
    });
    client.close();
    await elsewhere.app.close();
  });

  it('sends watched tensors every so many steps, the newest at once, and the last', async () => {
    const runId = await bench.started();
    const first = await bench.connect();
    first.send({ type: 'watch', runId, names: ['embed.W_E', 'nobody'], everySteps: 20 });
    await expect.poll(() => bench.runs.watched.at(-1)).toEqual(['embed.W_E', 'nobody']);
    for (const step of [0, 10, 20, 30]) bench.runs.next(runId, snapshot(step, 'observe'));
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
    const second = await bench.connect();
    second.send({ type: 'watch', runId, names: ['embed.W_E'], everySteps: 1000 });
    await expect.poll(() => second.frames.map(({ header }) => header['step'])).toEqual([30]);
    await bench.end(runId, 'completed', 35);
    await expect.poll(() => first.frames.at(-1)?.header['step']).toBe(35);
    await expect.poll(() => second.frames.at(-1)?.header['step']).toBe(35);
  });

  it('sends the tensors of a finished run from its newest checkpoint', async () => {
    const runId = await bench.finished();
    const client = await bench.connect();
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
    const runId = await bench.started();
    const client = await bench.connect();
    client.send({ type: 'command', runId, command: 'set', path: 'optimizer.lr', value: 0.1 });
    await expect
      .poll(() => bench.runs.commands)
      .toEqual([{ command: 'set', path: 'optimizer.lr', value: 0.1, by: 'api' }]);
  });

  it('answers what it cannot read with an error, and goes on', async () => {
    const bystander = await bench.connect();
    const client = await bench.connect();
    for (const message of ['', 'no json', '3', '{"type":"fly"}', '{"type":"subscribe"}', Buffer.of(1, 2)]) {
      client.send(message);
    }
    client.send(JSON.stringify({ type: 'ping', padding: 'x'.repeat(100_000) }));
    client.send({ type: 'subscribe', runId: '../../..' });
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
    const bystander = await bench.connect();
    const client = await bench.connect();
    client.send('x'.repeat((1 << 24) + 1));
    await expect.poll(() => [client.errors, client.closeCode]).toEqual([['messageTooLarge'], 1009]);
    bystander.send({ type: 'ping' });
    await expect.poll(() => bystander.heard).toEqual(['pong']);
  });

  it('refuses pages that are not its own', async () => {
    await expect(bench.connect({ origin: 'http://evil.example' })).rejects.toThrow('403');
    await expect(bench.connect({ host: 'evil.example' })).rejects.toThrow('403');
  });

  it('asks for its token first where it has one', async () => {
    await bench.close();
    bench = await ServerBench.open({ token: TOKEN });
    const stranger = await bench.connect();
    stranger.send({ type: 'ping' });
    await expect.poll(() => [stranger.errors, stranger.closeCode]).toEqual([['unauthorized'], 1008]);
    const liar = await bench.connect();
    liar.send({ type: 'auth', token: 'wrong' });
    await expect.poll(() => [liar.errors, liar.closeCode]).toEqual([['unauthorized'], 1008]);
    const friend = await bench.connect();
    friend.send({ type: 'auth', token: TOKEN });
    friend.send({ type: 'ping' });
    const script = await bench.connect({ authorization: `Bearer ${TOKEN}` });
    script.send({ type: 'ping' });
    await expect.poll(() => [friend.heard, script.heard]).toEqual([['pong'], ['pong']]);
  });
});
