import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_MESSAGE_BYTES } from '../socket/socket-session.js';
import { largeRequests } from '../testing/large-requests.js';
import { ServerBench } from '../testing/server-bench.js';

/*
 * While one client's request is decoded, all others wait. The limit applies to processor time, which other processes on
 * a busy machine do not affect, and to the best of a few tries, since garbage collection does not hit every one of
 * them.
 */

const MAX_TURN_MS = 50;
const TRIES = 4;

/** Processor time of this process, in milliseconds. */
function spentMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The longest time between two turns of the event loop while `work` runs. */
async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let isOver = false;
  let last = spentMs();
  const turn = (): void => {
    const now = spentMs();
    longest = Math.max(longest, now - last);
    last = now;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  isOver = true;
  turn();
  return longest;
}

/** The allowance for a slow machine: the time beyond two milliseconds that it takes to parse a megabyte of text. */
function slowness(): number {
  const text = JSON.stringify(Array(60).fill('m'.repeat(16_000)));
  const times = Array.from({ length: 9 }, () => {
    const start = spentMs();
    for (let i = 0; i < 5; i++) JSON.parse(text);
    return (spentMs() - start) / 5;
  });
  return Math.max(1, Math.min(...times) / 2);
}

let first: ServerBench;
let bench: ServerBench;
let runId: string;
beforeAll(async () => {
  first = await ServerBench.open();
  runId = await first.finished();
  // Even where no run may be started, every request is decoded.
  bench = await ServerBench.open({ runsDir: first.runsDir, maxLiveRuns: 0 });
});
afterAll(async () => {
  await bench.close();
  await first.close();
});

/** The tasks that block the loop too long in every try, with the shortest of their longest turns. */
async function tooLong(tasks: readonly { name: string; work: () => Promise<unknown> }[]): Promise<string[]> {
  const most = MAX_TURN_MS * slowness();
  const found: string[] = [];
  for (const { name, work } of tasks) {
    let best = Infinity;
    for (let tries = 0; tries < TRIES && best > most; tries++) best = Math.min(best, await longestTurn(work));
    if (best > most) found.push(`${name}: ${Math.round(best)} ms`);
  }
  return found;
}

describe('no request below the limit of its size holds up the others', () => {
  it.each([
    ['POST', '/api/runs', 1],
    ['POST', '/api/runs/:id/commands', 3],
    ['POST', '/api/runs/:id/prune', 3],
    ['PATCH', '/api/runs/:id/notes', 3],
  ] as const)('%s %s', async (method, path, each) => {
    const url = path.replace(':id', runId);
    const tasks = largeRequests()
      .filter((_, i) => i % each === 0)
      .map(({ name, body }) => ({
        name,
        work: async () => {
          const { statusCode, body: answer } = await bench.post(url, body, {}, method);
          expect(statusCode, name).toBeLessThan(500);
          // A list of faults as long as its input is no help, and takes as long to send.
          expect(answer.length, name).toBeLessThan(100_000);
        },
      }));
    expect(await tooLong(tasks)).toEqual([]);
  });

  it('a message over the WebSocket', async () => {
    const client = await bench.connect();
    const around = [
      (body: string) => body,
      (body: string) => body.replace('{', `{"type":"command","runId":"${runId}","command":"pause",`),
      (body: string) => body.replace('{', `{"type":"watch","runId":"${runId}","everySteps":1,"names":1,`),
      (body: string) => body.replace('{', `{"type":"subscribe","runId":"${runId}",`),
    ];
    const tasks = largeRequests(MAX_MESSAGE_BYTES - 1000).map(({ name, body }, i) => ({
      name,
      work: async () => {
        const before = client.heard.length;
        client.send(around[i % around.length]!(body));
        await expect.poll(() => client.heard.length, { interval: 1 }).toBeGreaterThan(before);
      },
    }));
    expect(await tooLong(tasks)).toEqual([]);
  });

  it('a query', async () => {
    const long = [
      `?runs=${Array(4000).fill('a').join()}`,
      `?runs=${'a'.repeat(12_000)}`,
      `?metric=${'m'.repeat(12_000)}`,
      `?${Array.from({ length: 2000 }, (_, i) => `k${i}=1`).join('&')}`,
      `?since=${'9'.repeat(12_000)}`,
    ];
    const paths = ['/api/runs', `/api/runs/${runId}/series`, `/api/runs/${runId}/events`, '/api/compare'];
    const tasks = paths.flatMap((path) =>
      long.map((query) => ({ name: path, work: () => bench.get(path + query) })),
    );
    expect(await tooLong(tasks)).toEqual([]);
  });
});
