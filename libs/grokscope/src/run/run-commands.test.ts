import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NEVER, concat, firstValueFrom, of, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunCommand } from '@grokscope/schema';
import { RunBench, endingAt, smallSpec } from '../testing/run-bench.js';
import { metricsLines } from '../testing/killed-run.js';
import { train } from '../train/train.js';

let bench: RunBench;
beforeEach(async () => {
  bench = await RunBench.create();
});
afterEach(() => bench.close());

const lr = (value: number, at?: number): RunCommand => ({
  command: 'set',
  path: 'optimizer.lr',
  value,
  ...(at === undefined ? {} : { at }),
});

// What an untyped caller may send.
const wrong = [
  { command: 'set', path: 'optimizer.betas', value: 3 },
  { command: 'set', path: 'optimizer.lr', value: '0.1' },
  { command: 'explode', with: () => undefined },
  { command: 'step', n: -1 },
  undefined,
] as unknown as RunCommand[];

describe('a wrong command', () => {
  const spec = smallSpec({ training: { steps: 20 } });
  const refusals = [
    ['set', /path = "optimizer.betas": must be one of optimizer.lr, optimizer.weightDecay/],
    ['set', /value = "0.1": must be a number/],
    ['explode', /command = "explode": must be one of pause, resume, step, stop, set/],
    ['step', /n = -1: must be an integer/],
    ['', /an object with the key command/],
  ] as const;
  const expected = refusals.map(([command, message]) => ({
    type: 'commandAnswer',
    answer: 'refused',
    command,
    by: 'code',
    message: expect.stringMatching(message) as string,
  }));

  it('is refused as a fact, and the run goes on as if it had not been given', async () => {
    await bench.run('plain', spec);
    await bench.run('told', spec, { commands$: concat(of(...wrong), NEVER) });
    const events = await bench.events('told');
    expect(events.filter(({ type }) => type === 'commandAnswer')).toMatchObject(expected);
    expect(events.some(({ type }) => type === 'command')).toBe(false);
    expect(await bench.sumOf('told', 20)).toBe(await bench.sumOf('plain', 20));
  });

  it('does no more to a run in a thread of its own, whatever it holds', async () => {
    const endless = smallSpec({ training: { steps: 1_000_000 } });
    const commands$ = concat(of(...wrong, { command: 'stop' } as const), NEVER);
    const items = await firstValueFrom(train(endless, { threads: 1, commands$ }).pipe(toArray()));
    expect(items.filter(({ type }) => type === 'commandAnswer')).toMatchObject(expected);
    expect(items.at(-1)).toMatchObject({ type: 'ended', reason: 'stopped' });
  });

  it('in the folder for commands is refused by the name of its file', async () => {
    let told: Promise<void> | undefined;
    await bench.run('left', smallSpec({ training: { steps: 1_000_000 } }), {
      commands$: concat(of({ command: 'pause' } as const), NEVER),
      onItem: ({ type }) => {
        if (type !== 'command') return;
        const control = join(bench.folder('left'), 'control');
        told ??= (async () => {
          await mkdir(join(control, '1.json'), { recursive: true });
          await writeFile(join(control, '2.json'), '{');
          await writeFile(join(control, '3.json'), `"${'x'.repeat(5000)}"`);
          await writeFile(join(control, '4.json'), '{"command":"step","n":"two"}');
          await writeFile(join(control, '5.json'), '{"command":"stop"}');
        })();
      },
    });
    const answers = (await bench.events('left')).flatMap((event) =>
      event.type === 'commandAnswer' ? [event.message] : [],
    );
    expect(answers).toEqual([
      'control/1.json is a folder, not a file',
      'control/2.json is not JSON',
      expect.stringMatching(/^control\/3.json has 5002 bytes/),
      expect.stringMatching(/^n = "two": must be an integer/),
    ]);
  });
});

describe('a command for a step', () => {
  const spec = smallSpec({ training: { steps: 120 } });

  it('gives the same bytes whenever and however it was given', async () => {
    await bench.run('early', spec, { commands$: concat(of(lr(0.02, 77)), NEVER) });
    await bench.run('late', spec, {
      commands$: concat(
        of<RunCommand[]>({ command: 'step', n: 77 }, lr(0.02, 77), { command: 'resume', at: 77 }),
        NEVER,
      ),
    });
    await bench.run('never', spec);
    expect(await bench.sumOf('late', 120)).toBe(await bench.sumOf('early', 120));
    expect(await bench.sumOf('never', 120)).not.toBe(await bench.sumOf('early', 120));
    const set = { type: 'command', command: 'set', step: 77, at: 77, by: 'code' };
    for (const name of ['early', 'late'])
      expect(
        (await bench.events(name)).filter((e) => e.type === 'command' && e.command === 'set'),
      ).toMatchObject([set]);
  });

  it('is kept over an interruption', async () => {
    await bench.run('whole', spec, { commands$: concat(of(lr(0.02, 77)), NEVER) });
    await bench.run('parts', spec, endingAt(43, [lr(0.02, 77)]));
    await bench.resume('parts');
    expect(await bench.sumOf('parts', 120)).toBe(await bench.sumOf('whole', 120));
    const answers = (await bench.events('parts')).filter(({ type }) => type === 'commandAnswer');
    expect(answers).toMatchObject([{ answer: 'scheduled', at: 77 }]);
  });
});

describe('a run killed twice, told something in each life', () => {
  it('ends as one that was told the same at the steps its events name', async () => {
    const spec = smallSpec({
      training: { steps: 150 },
      observe: { metricsEvery: 5, progressEvery: 30, checkpointEvery: 60 },
    });
    await bench.run('parts', spec, endingAt(85, [lr(0.03, 80)]));
    await bench.forget('parts', 85);
    // Continues from 60; a change at 66 must not affect what is recorded up to 85.
    await bench.resume('parts', endingAt(66, [lr(0.002)], 60));
    await bench.forget('parts', 66);
    expect(await bench.resume('parts')).toMatchObject({ reason: 'completed', step: 150 });
    const events = await bench.events('parts');
    const changes = events.flatMap((e) =>
      e.type === 'command' && e.command === 'set' ? [[e.step, e.value]] : [],
    );
    expect(changes).toEqual([
      [80, 0.03],
      [85, 0.002],
    ]);
    await bench.run('whole', spec, { commands$: concat(of(lr(0.03, 80), lr(0.002, 85)), NEVER) });
    expect(await bench.sumOf('parts', 150)).toBe(await bench.sumOf('whole', 150));
    expect(metricsLines(events)).toEqual(metricsLines(await bench.events('whole')));
  });
});
