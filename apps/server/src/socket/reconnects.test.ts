import { cp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '@grokscope/base';
import { metrics, snapshot } from '../testing/fake-runs.js';
import { Client } from '../testing/client.js';
import { ServerBench } from '../testing/server-bench.js';

let bench: ServerBench;
beforeEach(async () => {
  bench = await ServerBench.open();
});
afterEach(() => bench.close());

const ROUNDS = 40;
const AT_ONCE = 10;

/** Files and sockets that this process holds; undefined if the system does not report them. */
const held = async (): Promise<number | undefined> =>
  (await readdir('/proc/self/fd').catch(() => undefined))?.length;
const connections = (): Promise<number> =>
  new Promise((resolve, reject) =>
    bench.app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
const url = async (): Promise<string> => `ws://127.0.0.1:${(await bench.listening()).port}/ws`;

describe('clients that come and go', () => {
  it('leave no connection, file or feed behind, however they leave', async () => {
    const runId = await bench.started();
    bench.runs.next(runId, metrics(0), snapshot(10, 'checkpoint'), metrics(10));
    const random = createRandom(36);
    const address = await url();
    const comeAndGo = async (): Promise<void> => {
      const client = await Client.open(address, {});
      const kind = random.nextBelow(5);
      if (kind > 0) client.send({ type: 'subscribe', runId, since: random.nextBelow(4) - 1 });
      if (kind > 1) client.send({ type: 'watch', runId, names: ['embed.W_E'], everySteps: 1 });
      if (kind > 2) client.send({ type: 'subscribe', runId: 'nobody' });
      // At every stage of its requests: at once, while files are opened, after the reply.
      if (kind > 3) await expect.poll(() => client.heard).toContain('caughtUp');
      else for (let turns = random.nextBelow(6); turns > 0; turns--) await new Promise(setImmediate);
      client.close();
    };
    // What is opened once and for all is open after a first round.
    const round = (): Promise<unknown> => Promise.all(Array.from({ length: AT_ONCE }, comeAndGo));
    await round();
    await expect.poll(connections).toBe(0);
    const before = await held();
    for (let n = 0; n < ROUNDS; n++) {
      await round();
      bench.runs.next(runId, metrics(20 + n));
    }
    await expect.poll(connections).toBe(0);
    if (before !== undefined) await expect.poll(held).toBeLessThanOrEqual(before);
    // No client watches any more, and the run's process was told so.
    expect(bench.runs.watched.at(-1)).toEqual([]);
    const late = await bench.connect();
    late.send({ type: 'subscribe', runId });
    const seqs = Array.from({ length: 4 + ROUNDS }, (_, seq) => seq);
    await expect.poll(() => late.heard).toEqual([...seqs, 'caughtUp']);
  });
});

describe('a run whose folder is moved away while it is followed', () => {
  const followed = async (runId: string, since = -1): Promise<Client> => {
    const client = await bench.connect();
    client.send({ type: 'subscribe', runId, since });
    await expect.poll(() => client.heard).toContain('caughtUp');
    return client;
  };

  it('is missed, and found again once it is back', async () => {
    const runId = await bench.finished();
    const [folder, aside] = [join(bench.runsDir, runId), join(bench.runsDir, 'aside')];
    const client = await followed(runId);
    await rename(folder, aside);
    await expect.poll(() => client.errors, { timeout: 10_000 }).toEqual(['runNotFound']);
    client.send({ type: 'subscribe', runId, since: 5 });
    await expect.poll(() => client.errors).toEqual(['runNotFound', 'runNotFound']);
    await rename(aside, folder);
    client.send({ type: 'subscribe', runId, since: 4 });
    await expect.poll(() => client.heard.slice(-2)).toEqual([5, 'caughtUp']);
  });

  it('is not taken for another that is laid in its place', async () => {
    const runId = await bench.finished();
    const folder = join(bench.runsDir, runId);
    const client = await followed(runId);
    // One call apart, so that there is no moment without a folder that the server could notice.
    await cp(folder, `${folder}-copy`, { recursive: true });
    await rename(folder, `${folder}-old`);
    await rename(`${folder}-copy`, folder);
    await expect.poll(() => client.errors, { timeout: 10_000 }).toEqual(['runNotFound']);
    client.send({ type: 'subscribe', runId, since: 4 });
    await expect.poll(() => client.heard.slice(-2)).toEqual([5, 'caughtUp']);
    await rm(`${folder}-old`, { recursive: true });
  });
});
