import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sendBytes, sendFrames, sendRequest } from '../testing/attack.js';
import { metrics } from '../testing/fake-runs.js';
import { hostileBytes, hostileFrames, hostileMessage, hostileRequest } from '../testing/hostile.js';
import { ServerBench } from '../testing/server-bench.js';

let bench: ServerBench;
beforeEach(async () => {
  bench = await ServerBench.open();
});
afterEach(() => bench.close());

describe('hostile clients', () => {
  it('are answered or let go, and nobody else notices', async () => {
    const runId = await bench.started();
    const bystander = await bench.connect();
    bystander.send({ type: 'subscribe', runId });
    let told = 0;
    const tell = (): void => bench.runs.next(runId, metrics(told++));
    const { port } = await bench.listening();
    const target = { host: '127.0.0.1', port };

    const attacker = await bench.connect();
    let sent = 0;
    fc.assert(
      fc.property(hostileMessage, (message) => {
        attacker.send(typeof message === 'string' ? message : Buffer.from(message));
        if (sent++ % 10 === 0) tell();
      }),
      { seed: 66, numRuns: 250 },
    );
    attacker.send({ type: 'ping' });
    // Requests that read the disk are answered later than a ping that was sent after them.
    await expect.poll(() => attacker.heard, { timeout: 20_000 }).toContain('pong');

    const statuses = new Set<number | undefined>();
    await fc.assert(
      fc.asyncProperty(hostileRequest, async (request) => {
        const status = await sendRequest(target, request);
        statuses.add(status);
        tell();
        expect(status ?? 400, `${request.method} ${request.path}`).toBeLessThan(500);
      }),
      { seed: 67, numRuns: 150, endOnFailure: true },
    );
    expect([...statuses]).toEqual(expect.arrayContaining([400, 403, 404, 422]));
    await fc.assert(
      fc.asyncProperty(hostileBytes, hostileFrames, async (bytes, frames) => {
        await Promise.all([sendBytes(target, bytes), sendFrames(target, frames)]);
        tell();
      }),
      { seed: 68, numRuns: 25, endOnFailure: true },
    );

    const events = () => bystander.heard.filter((entry) => typeof entry === 'number');
    await expect.poll(() => events().length, { timeout: 10_000 }).toBe(told + 1);
    expect(events()).toEqual(Array.from({ length: told + 1 }, (_, seq) => seq));
    expect(bystander.errors).toEqual([]);
    expect(bench.runs.items.size).toBe(1);
  });
});
