import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeRunSpec } from '@grokscope/parts';
import type { RunEvent } from '@grokscope/schema';
import { executeRun } from 'grokscope';
import type { TrainingCommand, TrainingItem } from 'grokscope';
import { describeCliError, exitCodeOf } from '../errors.js';
import { createProgram } from '../program.js';

// A real run that rests at a step, so that the steps reported are certain.

let runsDir: string;
let ended: Promise<unknown>;
/** The step at which it rests. */
let rest: number;
let commands$: Subject<TrainingCommand>;
const events: RunEvent[] = [];

beforeEach(async () => {
  runsDir = await mkdtemp(join(tmpdir(), 'grokscope-control-'));
  commands$ = new Subject();
  events.length = 0;
  const spec = decodeRunSpec({
    name: 'live',
    task: { kind: 'modularAddition', p: 5 },
    model: { dModel: 4, nHeads: 1, dHead: 4, dMlp: 4 },
    training: { steps: 1000 },
  });
  if (E.isLeft(spec)) throw new Error('the test has a bad spec');
  rest = await new Promise<number>((rests) => {
    const onItem = (item: TrainingItem): void => {
      if (item.type === 'started') commands$.next({ command: 'pause' });
      if (item.type === 'snapshot') return;
      events.push(item);
      if (item.type === 'command') rests(item.step);
    };
    const options = { runsDir, runId: 'live-1', engine: 'wasm', threads: 1, commands$, onItem } as const;
    ended = executeRun(spec.right, options)();
  });
});
afterEach(async () => {
  commands$.next({ command: 'stop' });
  await ended;
  await rm(runsDir, { recursive: true, force: true });
});

/** Returns what a command line prints, or its error, and its exit code. */
async function grokscope(...args: string[]): Promise<{ text: string; code: number }> {
  let text = '';
  let code = -1;
  const print = (more: string): void => void (text += more);
  const program = createProgram({ out: print, err: print, outIsTerminal: false }, (outcome) => {
    if (E.isLeft(outcome)) text += describeCliError(outcome.left);
    code = E.isLeft(outcome) ? exitCodeOf(outcome.left) : outcome.right;
  });
  await program.parseAsync([...args, '--runs', runsDir], { from: 'user' });
  return { text, code };
}

describe('set', () => {
  it('changes a setting of a live run, and says at which step', async () => {
    expect(await grokscope('set', 'live-1', 'optimizer.lr=5e-4')).toEqual({
      text: `Set optimizer.lr to 0.0005 at step ${rest}: live-1\n`,
      code: 0,
    });
    expect(events.at(-1)).toMatchObject({
      ...{ type: 'command', command: 'set', step: rest, path: 'optimizer.lr', value: 5e-4 },
      by: 'command line',
    });
  });

  it('at a later step says that it will, and at one that cannot be why not', async () => {
    expect(await grokscope('set', 'live-1', 'optimizer.weightDecay=0', '--at', '137')).toEqual({
      text: 'live-1 was told to set: takes effect at step 137\n',
      code: 0,
    });
    const late = await grokscope('set', 'live-1', 'optimizer.weightDecay=0', '--at', '1000');
    expect(late.code).toBe(1);
    expect(late.text).toContain('live-1 refused to set: the run ends at step 1000');
    commands$.next({ command: 'resume' });
    await ended;
    const changes = events.filter((event) => event.type === 'command' && event.command === 'set');
    expect(changes).toMatchObject([{ step: 137, at: 137, value: 0 }]);
  });

  it('refuses what is none before anything is sent', async () => {
    const refusals = [
      ['optimizer.lr', /must be path=value, with optimizer.lr or optimizer.weightDecay/],
      ['optimizer.lr=', /value = "": must be a number of at least 0/],
      ['optimizer.lr=fast', /value = "fast": must be a number of at least 0/],
      ['optimizer.lr=0', /must be a number above 0/],
      ['optimizer.betas=3', /path = "optimizer.betas": must be one of optimizer.lr, optimizer.weightDecay/],
    ] as const;
    for (const [assignment, why] of refusals) {
      const { text, code } = await grokscope('set', 'live-1', assignment);
      expect(code).toBe(2);
      expect(text).toMatch(why);
    }
    expect(events.filter(({ type }) => type === 'commandAnswer')).toEqual([]);
  });
});

describe('stop at a step', () => {
  it('ends the run there', async () => {
    expect((await grokscope('stop', 'live-1', '--at', '61')).text).toContain('takes effect at step 61');
    commands$.next({ command: 'resume' });
    await ended;
    expect(events.at(-1)).toMatchObject({ type: 'ended', reason: 'stopped', step: 61 });
  });
});
