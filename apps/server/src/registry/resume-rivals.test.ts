import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Subject } from 'rxjs';
import type { RunEvent } from '@grokscope/schema';
import { createRegistry } from './registry.js';
import type { LiveRun, RunLeft } from './live-run.js';
import { metrics, snapshot } from '../testing/fake-runs.js';
import { ServerBench } from '../testing/server-bench.js';

let bench: ServerBench;
beforeEach(async () => {
  bench = await ServerBench.open();
});
afterEach(() => bench.close());

const told = (runId: string, body: object) => bench.post(`/api/runs/${runId}/commands`, body);

async function brokenOff(): Promise<string> {
  const runId = await bench.started();
  bench.runs.next(runId, metrics(0), snapshot(10, 'checkpoint'));
  await bench.end(runId, 'interrupted', 12);
  return runId;
}

describe('a run that several resume at once', () => {
  it('goes on once, is told so to each, and goes on hearing commands', async () => {
    const runId = await brokenOff();
    const answers = await Promise.all(Array.from({ length: 6 }, () => told(runId, { command: 'resume' })));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([202, 202, 202, 202, 202, 202]);
    const started = (await bench.get(`/api/runs/${runId}/events`)).body.match(/"type":"started"/g);
    expect(started).toHaveLength(2);
    // The losers have exited by now, and must not have removed the winner's entry.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(bench.registry.own(runId)).toBeDefined();
    expect((await told(runId, { command: 'pause' })).statusCode).toBe(202);
    expect(bench.runs.commands).toContainEqual({ command: 'pause', by: 'api' });
    expect((await bench.delete(`/api/runs/${runId}`)).statusCode).toBe(409);
  });

  it('on two servers, is resumed by one, and stays that one’s', async () => {
    const runId = await brokenOff();
    const other = await ServerBench.open({ runsDir: bench.runsDir });
    const answers = await Promise.all(
      [bench, other].map((server) => server.post(`/api/runs/${runId}/commands`, { command: 'resume' })),
    );
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([202, 409]);
    const owners = [bench, other].filter(({ registry }) => registry.own(runId) !== undefined);
    expect(owners).toHaveLength(1);
    await owners[0]!.end(runId, 'completed', 30);
    await other.app.close();
  });
});

describe('a run whose process has told its ending and not left yet', () => {
  const lingering = (runId: string) => {
    const events$ = new Subject<RunEvent>();
    let leave: (exit: RunLeft) => void = () => undefined;
    const exited = new Promise<RunLeft>((resolve) => (leave = resolve));
    const heard: unknown[] = [];
    const run: LiveRun = {
      runId,
      pid: 1,
      events$,
      tensors$: new Subject(),
      exited,
      hasEnded: () => true,
      command: (command) => heard.push(command),
      watch: () => undefined,
      interrupt: () => undefined,
    };
    return { run, heard, events$, leave: () => leave({ storeError: null, lastWords: '' }) };
  };

  it('hears no command in vain: what is said to it waits for its end', async () => {
    const runId = await brokenOff();
    const processes: ReturnType<typeof lingering>[] = [];
    const registry = createRegistry(bench.runsDir, {
      startProcess: (order) => {
        const process = lingering(order.runId);
        processes.push(process);
        queueMicrotask(() => process.events$.next({ ...metrics(12), runId, seq: 9 }));
        return process.run;
      },
    });
    expect(await registry.command(runId, { command: 'resume' })()).toMatchObject({ _tag: 'Right' });
    const again = registry.command(runId, { command: 'resume' })();
    const paused = registry.command(runId, { command: 'pause' })();
    await new Promise(setImmediate);
    expect(processes).toHaveLength(1);
    processes[0]!.leave();
    expect(await again).toMatchObject({ _tag: 'Right' });
    expect(await paused).toMatchObject({ left: { error: { _tag: 'RunNotLive' } } });
    expect(processes.map(({ heard }) => heard)).toEqual([[], []]);
    processes[1]!.leave();
  });
});
