import { afterEach, beforeEach, expect, it } from 'vitest';
import type {} from '@fastify/websocket';
import { Client } from '../testing/client.js';
import { ServerBench } from '../testing/server-bench.js';

let bench: ServerBench;
beforeEach(async () => {
  bench = await ServerBench.open();
});
afterEach(() => bench.close());

const MAX = 1000;

it('no more than so many clients are connected, however many come at once', async () => {
  const { port } = await bench.listening();
  const come = (): Promise<Client> => Client.open(`ws://127.0.0.1:${port}/ws`, {});
  const outcomes = await Promise.allSettled(Array.from({ length: MAX + 30 }, come));
  const open = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const reasons = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [String((outcome.reason as Error).message)] : [],
  );
  expect(open).toHaveLength(MAX);
  expect(reasons).toEqual(Array(30).fill('Unexpected server response: 503'));
  // One that leaves makes room.
  open.pop()!.close();
  await expect.poll(() => bench.app.websocketServer.clients.size).toBe(MAX - 1);
  open.push(await come());
  for (const client of open) client.close();
  await expect.poll(() => bench.app.websocketServer.clients.size, { timeout: 10_000 }).toBe(0);
});
