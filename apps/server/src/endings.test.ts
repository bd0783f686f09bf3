import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as E from 'fp-ts/lib/Either.js';
import type { RunEvent } from '@grokscope/schema';
import { openRun } from '@grokscope/store';
import type { Program } from './testing/server-process.js';
import { ServerProcesses } from './testing/server-process.js';

// Real servers with real runs, ended in every way: each run has a checkpoint of its last step, or continues.

let processes: ServerProcesses;
beforeEach(async () => {
  processes = await ServerProcesses.open();
});
afterEach(() => processes.close());

/** Without an end of its own, and with no checkpoint except the one it ends with. */
const endless = {
  name: 'endless',
  task: { kind: 'modularAddition', p: 13 },
  model: { dModel: 16, nHeads: 2, dHead: 8, dMlp: 16 },
  training: { steps: 100_000_000 },
  observe: { metricsEvery: 50, progressEvery: 1_000_000, checkpointEvery: 100_000_000 },
};

async function asJson(answer: Promise<Response>): Promise<Record<string, unknown>> {
  return (await (await answer).json()) as Record<string, unknown>;
}

async function started(url: string): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const order = fetch(`${url}/api/runs`, { method: 'POST', headers, body: JSON.stringify(endless) });
  return String((await asJson(order))['runId']);
}

/** What is stored of a run, once `until` holds for some of it. */
async function eventsOnce(
  runId: string,
  until: (events: readonly RunEvent[]) => boolean,
): Promise<readonly RunEvent[]> {
  for (;;) {
    const run = await openRun(processes.runsDir, runId)();
    const events = E.isRight(run) ? await run.right.readEvents()() : run;
    if (E.isRight(events) && until(events.right)) return events.right;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const measured = (events: readonly RunEvent[]): number =>
  events.findLast((event) => event.type === 'metrics')?.step ?? 0;
const isOver = (events: readonly RunEvent[]): boolean => events.at(-1)?.type === 'ended';
const hasBegun = (events: readonly RunEvent[]): boolean => measured(events) > 0;

function expectCheckpointAtEnd(events: readonly RunEvent[]): void {
  const ended = events.at(-1);
  expect(ended).toMatchObject({ type: 'ended', reason: 'interrupted' });
  const checkpoint = events.findLast((event) => event.type === 'checkpoint');
  expect(checkpoint?.step).toBe(ended?.type === 'ended' ? ended.step : undefined);
}

describe.skipIf(process.platform === 'win32')('where there are signals', () => {
  it('one to the process of a run leaves a checkpoint', async () => {
    const url = await processes.server([], { PORT: '0' }).url();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      const runId = await started(url);
      await eventsOnce(runId, hasBegun);
      for (const pid of await processes.writers()) process.kill(pid, signal);
      expectCheckpointAtEnd(await eventsOnce(runId, isOver));
    }
  });

  // As a closed terminal and a service manager do: the whole group is signalled, some of it twice.
  it.each([
    ['SIGHUP', 'SIGHUP'],
    ['SIGHUP', 'SIGTERM'],
    ['SIGTERM', 'SIGHUP'],
  ] as const)('%s to all processes, and %s, leaves a checkpoint', async (signal, again) => {
    const server = processes.server(['--start-preset', 'quick-grok'], { PORT: '0' });
    const [, runId] = await server.match(/^Training (\S+): /m);
    await eventsOnce(runId!, (events) => events.length > 0);
    const [pid] = await processes.writers();
    for (const each of [signal, again]) {
      process.kill(pid!, each);
      server.child.kill(each);
    }
    expectCheckpointAtEnd(await eventsOnce(runId!, isOver));
    expect(await server.exit).toBe(0);
  });
});

describe('a run that was asked for', () => {
  it.each(['SIGHUP', 'SIGKILL'] as const)(
    'goes on without its server, ended by %s, and the next one leads it',
    async (signal) => {
      const server = processes.server([], { PORT: '0' });
      const runId = await started(await server.url());
      const before = measured(await eventsOnce(runId, hasBegun));
      server.child.kill(signal);
      await server.exit;
      await eventsOnce(runId, (events) => measured(events) > before);
      const url = await processes.server([], { PORT: '0' }).url();
      const command = { method: 'POST', headers: { 'content-type': 'application/json' } };
      const stop = fetch(`${url}/api/runs/${runId}/commands`, { ...command, body: '{"command":"stop"}' });
      expect((await stop).status).toBe(202);
      expect((await eventsOnce(runId, isOver)).at(-1)).toMatchObject({ reason: 'stopped' });
    },
  );
});

describe.skipIf(process.platform === 'win32')('the serve command', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'ends in good order, its whole group sent %s',
    async (signal) => {
      const serve = processes.serve([], { PORT: '0' }, { detached: true });
      await serve.url();
      process.kill(-serve.child.pid!, signal);
      expect(await serve.exit).toBe(0);
    },
  );

  it('leaves at once from the second kill', async () => {
    const serve = processes.serve([], { PORT: '0' });
    const runId = await started(await serve.url());
    const before = measured(await eventsOnce(runId, hasBegun));
    serve.child.kill('SIGTERM');
    serve.child.kill('SIGINT');
    expect(await serve.exit).toBe(130);
    await eventsOnce(runId, (events) => measured(events) > before);
  });

  it('takes its server along, even where it is killed', async () => {
    const serve: Program = processes.serve([], { PORT: '0' });
    const url = await serve.url();
    serve.child.kill('SIGKILL');
    await once(serve.child, 'exit');
    // Its output ends with the last process that holds it.
    await serve.exit;
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });
});
