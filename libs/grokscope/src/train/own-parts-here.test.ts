import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Subject, firstValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { TrainingCommand } from '@grokscope/training';
import { gradientNorm } from '../../../../examples/own-measure.mjs';
import { train } from './train.js';

// Parts and measures that a caller passes in are code, which cannot be sent to another thread: the calling thread
// trains with them.

const small = {
  task: { kind: 'modularAddition', p: 5 },
  model: { dModel: 8, nHeads: 1, dHead: 8, dMlp: 8 },
  training: { steps: 4 },
  observe: { metricsEvery: 2, progressEvery: 2, checkpointEvery: 4 },
} as const;

describe('train with a measure of one’s own', () => {
  it('tells it beside the others, and trains as without it', async () => {
    const losses = async (measures: readonly (typeof gradientNorm)[]) => {
      const items = await firstValueFrom(
        train(small, { engine: 'wasm', threads: 1, measures }).pipe(toArray()),
      );
      expect(items.at(-1)).toMatchObject({ type: 'ended', reason: 'completed' });
      const told = items.flatMap((item) =>
        item.type === 'progress' ? [item.measures?.['gradientNorm']] : [],
      );
      return { told, losses: items.flatMap((item) => (item.type === 'metrics' ? [item.trainLoss] : [])) };
    };
    const [own, plain] = [await losses([gradientNorm]), await losses([])];
    expect(own.losses).toEqual(plain.losses);
    expect(own.told.filter((value) => value! > 0).length).toBeGreaterThanOrEqual(3);
    expect(plain.told.every((value) => value === undefined)).toBe(true);
  });

  it('hears commands, and refuses a wrong one', async () => {
    const commands$ = new Subject<TrainingCommand>();
    const spec = { ...small, training: { steps: 100_000_000 } };
    const run$ = train(spec, { engine: 'wasm', threads: 1, measures: [gradientNorm], commands$ });
    const types: string[] = [];
    let reason: string | undefined;
    await new Promise<void>((resolve, reject) =>
      run$.subscribe({
        next: (item) => {
          types.push(item.type);
          if (item.type === 'started') commands$.next({ command: 'jump' } as unknown as TrainingCommand);
          if (item.type === 'commandAnswer') commands$.next({ command: 'stop' });
          if (item.type === 'ended') reason = item.reason;
        },
        error: reject,
        complete: resolve,
      }),
    );
    expect(reason).toBe('stopped');
    expect(types).toContain('commandAnswer');
    expect(commands$.observed).toBe(false);
  });

  it('works in a program that is given as an argument, on several threads', async () => {
    const root = fileURLToPath(new URL('../../../../', import.meta.url));
    const program = `
      import { measureOf, train } from 'grokscope';
      import { gradientNorm } from './examples/own-measure.mjs';
      train(${JSON.stringify(small)}, { measures: [gradientNorm], engine: 'wasm', threads: 2 })
        .pipe(measureOf('gradientNorm'))
        .subscribe(({ step, value }) => console.log(step, value > 0));
    `;
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', program],
      { cwd: root },
    );
    expect(stderr).toBe('');
    expect(new Set(stdout.trim().split('\n'))).toEqual(new Set(['0 true', '2 true', '4 true']));
  });
});
