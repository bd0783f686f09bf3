import { mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { builtIn, decodeRunSpec } from '@grokscope/parts';
import { applySet } from '@grokscope/schema';
import type { RunEvent, RunSpec } from '@grokscope/schema';
import { createRunFolder } from '@grokscope/store';
import { describeCliError, exitCodeOf } from '../errors.js';
import { processOutput } from '../output.js';
import { createProgram } from '../program.js';

function right<T>(result: E.Either<unknown, T>): T {
  if (E.isLeft(result)) throw new Error(`expected a right, got ${JSON.stringify(result.left)}`);
  return result.right;
}

let runsDir: string;
beforeEach(async () => {
  runsDir = await mkdtemp(join(tmpdir(), 'grokscope-commands-'));
  await makeRun('slow-1', '2026-01-02T03:04:05.000Z', ['optimizer.lr=0.0005']);
  await makeRun('fast-2', '2026-01-03T03:04:05.000Z', ['optimizer.lr=0.005', 'model.seed=7']);
});
afterEach(() => rm(runsDir, { recursive: true, force: true }));

const specOf = (name: string, set: readonly string[]): RunSpec =>
  right(
    decodeRunSpec(
      right(
        applySet({ name, task: { kind: 'modularAddition', p: 5 }, training: { steps: 90 } }, set, builtIn),
      ),
    ),
  );

/** The first is interrupted after 10 steps, the second has completed its 90. */
async function makeRun(
  runId: string,
  createdAt: string,
  set: readonly string[],
  { changes = [], initial }: { readonly changes?: readonly object[]; readonly initial?: number } = {},
): Promise<void> {
  const spec = specOf(runId.slice(0, 4), set);
  const record = { runId, name: spec.name, createdAt, spec, engine: 'wasm', threads: 1 };
  const weights = (value: number) => ({
    W: { dtype: 'F32' as const, shape: [1], data: Float32Array.of(value) },
  });
  const from =
    initial === undefined ? [record] : [{ ...record, initFrom: 'w.safetensors' }, weights(initial)];
  const writer = right(await createRunFolder(runsDir, ...(from as [typeof record]))());
  const at = (seq: number) => ({ runId, seq, time: createdAt });
  const numbers = {
    trainLoss: 1,
    testLoss: 2.5,
    trainAccuracy: 1,
    testAccuracy: 0.995,
    sumSquaredWeights: 3,
  };
  const events: RunEvent[] = [{ type: 'metrics', ...at(0), step: 10, ...numbers, stepsPerSecond: 4 }];
  if (runId === 'fast-2') {
    events.push({
      ...{ type: 'ended', ...at(1), reason: 'completed', step: 90, elapsedMs: 5, stepsPerSecond: 9 },
      ...{
        stepMemorized: 10,
        stepGeneralized: 10,
        finalTrainLoss: 1,
        finalTestLoss: 2,
        finalTestAccuracy: 1,
      },
      message: null,
    });
  }
  for (const change of changes)
    events.push({ type: 'command', ...at(events.length), command: 'set', ...change } as RunEvent);
  for (const event of events) right(await writer.appendEvent(event)());
  for (const step of [10, 20, 30]) right(await writer.writeCheckpoint(step, weights(1))());
  right(await writer.close()());
}

/** Returns what a command line prints, or its error, and its exit code. */
const grokscope = (...args: string[]) => grokscopeIn(runsDir, ...args);

async function grokscopeIn(
  runs: string | undefined,
  ...args: string[]
): Promise<{ text: string; aside: string; code: number }> {
  let text = '';
  let aside = '';
  const output = {
    out: (more: string) => (text += more),
    err: (more: string) => (aside += more),
    outIsTerminal: false,
  };
  let code = -1;
  const program = createProgram(output, (outcome) => {
    if (E.isLeft(outcome)) text += describeCliError(outcome.left);
    code = E.isLeft(outcome) ? exitCodeOf(outcome.left) : outcome.right;
  });
  await program.parseAsync([...args, ...(runs === undefined ? [] : ['--runs', runs])], { from: 'user' });
  return { text, aside, code };
}

/** Returns everything that a command writes, as its process would write it. */
async function written(...args: string[]): Promise<string> {
  let text = '';
  const into = (): Writable => new Writable({ write: (chunk, _, done) => ((text += String(chunk)), done()) });
  const output = processOutput(() => undefined, { stdout: into(), stderr: into() });
  const program = createProgram(output, (outcome) => {
    if (E.isLeft(outcome)) output.err(`${describeCliError(outcome.left)}\n`);
  });
  await program.parseAsync([...args, '--runs', runsDir], { from: 'user' });
  return text;
}

const listed = async (...filters: string[]): Promise<string[]> =>
  (JSON.parse((await grokscope('runs', '--json', ...filters)).text) as { runId: string }[]).map(
    ({ runId }) => runId,
  );

describe('runs', () => {
  it('lists the newest first, with what came of each and how to go on', async () => {
    await grokscope('note', 'slow-1', 'look at\nit again');
    await grokscope('tag', 'slow-1', 'weird');
    const { text, code } = await grokscope('runs');
    expect(code).toBe(0);
    expect(text).toMatch(/^run +state +step +test loss +test accuracy +generalised +created\n/);
    expect(text).toMatch(/\nfast-2 +completed +90 of 90 +2\.5.* +99\.5.% +at 10 +2026-01-03 /);
    expect(text).toMatch(/\nslow-1 +interrupted +10 of 90 .* #weird look at\n/);
    expect(text).toContain(`1 broke off; \`npx grokscope run --resume slow-1 --runs ${runsDir}\` goes on`);
  });

  it.each([
    [['--state', 'interrupted,failed'], ['slow-1']],
    [['--name', 'FAST'], ['fast-2']],
    [['--task', 'rot13'], []],
    [['--tag', 'kept'], ['fast-2']],
    [['--tag', 'kept', '--tag', 'other'], []],
    [['--where', 'optimizer.lr=5e-3', '--where', 'model.seed=7'], ['fast-2']],
    [['--where', 'optimizer.lr=5e-3', '--where', 'model.seed=8'], []],
    [['--limit', '1'], ['fast-2']],
    [[], ['fast-2', 'slow-1']],
  ])('with %j lists %j', async (filters, ids) => {
    await grokscope('tag', 'fast-2', 'kept');
    expect(await listed(...filters)).toEqual(ids);
  });

  it('says what a filter is to be', async () => {
    expect(await grokscope('runs', '--where', 'optimizer')).toMatchObject({ code: 2 });
    await expect(grokscope('runs', '--state', 'fine')).rejects.toThrow(/Allowed are running, paused/);
    expect((await grokscope('runs', '--name', 'nobody')).text).toContain('None of the runs');
  });

  it.each([
    [['--where', 'optimizer.weightdecay=3'], 'is an unknown key; did you mean weightDecay?'],
    [['--where', 'optimizer.lrr=3'], 'did you mean lr?'],
    [['--where', 'optimizer.kind=adamw'], 'did you mean adamW?'],
    [['--where', 'model.seed=seven'], 'must be an integer'],
    [['--task', 'modularaddition'], 'did you mean modularAddition?'],
  ])('refuses %j, which no run could pass, instead of listing none', async (filters, says) => {
    const { text, code } = await grokscope('runs', ...filters);
    expect(text).toContain(says);
    expect(code).toBe(2);
  });

  it('names every filter that is wrong at once', async () => {
    const { text } = await grokscope('runs', '--task', 'rot31', '--where', 'a=1', '--where', 'data.b=1');
    expect(text).toMatch(/--task = "rot31".*\n.*a = 1:.*\n.*data\.b = 1:/);
  });

  it('finds defaults that were not written out, in the run as in the question', async () => {
    const file = join(runsDir, 'slow-1', 'run.json');
    const record = JSON.parse(await readFile(file, 'utf8')) as { spec: Record<string, object> };
    const { betas: _, ...optimizer } = record.spec['optimizer'] as { betas: unknown };
    const bare = { ...record, spec: { ...record.spec, optimizer, observe: {} } };
    await writeFile(file, JSON.stringify(bare));
    for (const where of ['optimizer.betas=[0.9,0.98]', 'observe.metricsEvery=100']) {
      expect(await listed('--where', where), where).toEqual(['fast-2', 'slow-1']);
    }
    const written = {
      ...record,
      spec: { ...record.spec, optimizer: { ...optimizer, schedule: 'constant' } },
    };
    await writeFile(file, JSON.stringify(written));
    expect(await listed('--where', 'optimizer.schedule=constant')).toEqual(['fast-2', 'slow-1']);
    expect((await grokscope('compare', 'slow-1', 'fast-2')).text).not.toContain('schedule');
  });

  it('finds a name in either Unicode form, whichever it was written in', async () => {
    const forms = ['NFC', 'NFD'] as const;
    for (const form of forms) {
      await makeRun(`${form.toLowerCase()}-3`, '2026-01-04T03:04:05.000Z', [`name=Größe 3`.normalize(form)]);
    }
    for (const form of forms) {
      const found = ['nfd-3', 'nfc-3'];
      expect((await listed('--name', 'GRÖSSE'.replace('SS', 'ß').normalize(form))).sort()).toEqual(
        found.sort(),
      );
      expect((await listed('--where', 'name=Größe 3'.normalize(form))).sort()).toEqual(found.sort());
    }
  });
});

describe('compare', () => {
  it('shows the settings in which runs differ, and no others', async () => {
    const { text } = await grokscope('compare', 'slow-1', 'fast-2');
    const lines = text.split('\n').map((line) => line.trim().split(/ {2,}/));
    expect(lines.slice(0, 4)).toEqual([
      ['slow-1', 'fast-2'],
      ['name', '"slow"', '"fast"'],
      ['model.seed', '0', '7'],
      ['optimizer.lr', '0.0005', '0.005'],
    ]);
    expect(text).toMatch(/\nstate +interrupted +completed\n/);
    expect(text).not.toContain('weightDecay');
    const { differences } = JSON.parse((await grokscope('compare', 'slow-1', 'fast-2', '--json')).text) as {
      differences: unknown[];
    };
    expect(differences).toContainEqual({ path: 'optimizer.lr', values: [0.0005, 0.005] });
  });

  it('tells runs of one spec apart by what else shaped them, and so do filters', async () => {
    const created = '2026-01-04T03:04:05.000Z';
    const change = { step: 5, path: 'optimizer.weightDecay', value: 0 };
    await makeRun('same-1', created, []);
    await makeRun('same-2', created, [], { changes: [change] });
    await makeRun('same-3', created, [], { initial: 1 });
    await makeRun('same-4', created, [], { initial: 2 });
    await makeRun('same-5', created, [], { initial: 2, changes: [{ ...change, value: 1 }] });
    const compared = async (...ids: string[]) => (await grokscope('compare', ...ids)).text;
    const row = (text: string): string[] => text.split('\n')[1]!.trim().split(/ {2,}/);
    expect(row(await compared('same-1', 'same-2'))).toEqual([
      'optimizer.weightDecay',
      '1',
      '1, then 0 from step 5',
    ]);
    const [path, ...sums] = row(await compared('same-1', 'same-3', 'same-4', 'same-5'));
    expect([path, sums[0]]).toEqual(['initialWeights', '–']);
    expect(sums.slice(1).map((sum) => /^"?[0-9a-f]{12}/.test(sum))).toEqual([true, true, true]);
    expect([sums[2] === sums[1], sums[3] === sums[2]]).toEqual([false, true]);
    // The same weights, and a setting that was set to the value it had.
    expect(await compared('same-4', 'same-5')).toMatch(/every setting +the same +the same/);
    expect(await listed('--name', 'same-', '--where', 'optimizer.weightDecay=1')).not.toContain('same-2');
    expect(await listed('--name', 'same-', '--where', 'optimizer.weightDecay=0')).toEqual([]);
    const { runs } = JSON.parse((await grokscope('compare', 'same-1', 'same-2', '--json')).text) as {
      runs: { changes: unknown }[];
    };
    expect(runs.map(({ changes }) => changes)).toEqual([[], [change]]);
  });

  it('takes runs that are there, and two at least', async () => {
    expect(await grokscope('compare', 'slow-1')).toMatchObject({ code: 2 });
    expect((await grokscope('compare', 'slow-1', 'fast-3')).text).toContain('did you mean fast-2?');
  });
});

describe('prune', () => {
  it('deletes what the policy does not keep, or only says so', async () => {
    const files = () => readdir(join(runsDir, 'fast-2', 'checkpoints'));
    const before = await files();
    expect((await grokscope('prune', 'fast-2', '--dry-run')).text).toMatch(
      /^fast-2: would delete 2 of 3 checkpoints \(\d\.\d MB\)\n$/,
    );
    expect(await files()).toEqual(before);
    expect((await grokscope('prune', '--all', '--keep-every', '10')).text).toMatch(/fast-2: deleted 0 of 3/);
    expect((await grokscope('prune', 'fast-2', '--keep-last', '1')).text).toMatch(/^fast-2: deleted 2 of 3/);
    expect((await files()).filter((name) => !name.includes('00000030'))).toEqual([]);
    expect(await grokscope('prune')).toMatchObject({ code: 2 });
  });
});

describe('export', () => {
  const weights = (step: number): string =>
    join(runsDir, 'fast-2', 'checkpoints', `step-000000${step}.safetensors`);
  const exported = (...args: string[]) =>
    grokscope('export', 'fast-2', '--format', 'safetensors', '--out', runsDir, ...args);
  const file = (step: number): string => join(runsDir, `fast-2-step-${step}.safetensors`);

  it('gives the weights of the newest checkpoint, and says nothing beside that', async () => {
    expect(await exported()).toEqual({ text: `${file(30)}\n`, aside: '', code: 0 });
    expect(await readFile(file(30))).toEqual(await readFile(weights(30)));
  });

  it('goes back to the last good one where newer ones are damaged, and says so', async () => {
    const bytes = await readFile(weights(30));
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(weights(30), bytes);
    await truncate(weights(20), 9);
    const { text, aside, code } = await exported();
    expect({ text, code }).toEqual({ text: `${file(10)}\n`, code: 0 });
    expect(aside.split('\n')).toEqual([
      expect.stringMatching(/^not from a newer checkpoint but that of step 10: .*step-00000030.*was altered/),
      expect.stringMatching(
        /^not from a newer .* step 10: .*step-00000020.*has 9 bytes where \d+ were written$/,
      ),
      '',
    ]);
    expect(await readFile(file(10))).toEqual(await readFile(weights(10)));
  });

  it.each(['csv', 'parquet'])(
    'gives the numbers as %s, with phases, commands and what the columns are beside',
    async (format) => {
      const names = ['metrics', 'phases', 'commands'].map((table) => `fast-2-${table}.${format}`);
      const files = [...names, 'fast-2-columns.md'].map((name) => join(runsDir, name));
      expect(await grokscope('export', 'fast-2', '--format', format, '--out', runsDir)).toEqual({
        text: files.map((path) => `${path}\n`).join(''),
        aside: '',
        code: 0,
      });
      const page = await readFile(files[3]!, 'utf8');
      for (const name of [...names, 'trainLoss', 'revised', 'command']) expect(page).toContain(name);
      // The main file has a name chosen by the user; the names of the others are derived from it.
      const own = join(runsDir, `mine.${format}`);
      const { text } = await grokscope('export', 'fast-2', '--format', format, '--out', own);
      const beside = ['phases', 'commands'].map((table) => join(runsDir, `mine-${table}.${format}`));
      expect(text.trim().split('\n')).toEqual([own, ...beside, join(runsDir, 'mine-columns.md')]);
      expect(await readFile(own)).toEqual(await readFile(files[0]!));
    },
  );

  it('says which folder is missing', async () => {
    const { text, code } = await grokscope(
      'export',
      'fast-2',
      '--format',
      'csv',
      '--out',
      join(runsDir, 'no/x.csv'),
    );
    expect(code).toBe(2);
    expect(text).toContain(`its folder ${join(runsDir, 'no')} does not exist`);
  });

  it('refuses a damaged one that was named, and a run that has no good one', async () => {
    await truncate(weights(30), 9);
    expect(await exported('--step', '30')).toMatchObject({
      text: expect.stringMatching(/step-00000030.*has 9 bytes/) as string,
      code: 1,
    });
    for (const step of [10, 20]) await truncate(weights(step), 9);
    expect(await exported()).toMatchObject({
      text: expect.stringMatching(/step-00000030.*has 9 bytes/) as string,
      aside: '',
      code: 1,
    });
  });
});

describe('a run', () => {
  const folder = (runId: string): string => join(runsDir, runId);
  /** As `grokscope`, without `--runs`. */
  const plain = (...args: string[]) => grokscopeIn(undefined, ...args);

  it.each([
    [['note', 'RUN', 'seen']],
    [['tag', 'RUN', 'kept']],
    [['prune', 'RUN', '--dry-run']],
    [['export', 'RUN', '--format', 'safetensors', '--out', 'OUT']],
    [['rm', 'RUN']],
  ])('is named by the path of its folder as well as by its id: %j', async (args) => {
    const out = await mkdtemp(join(tmpdir(), 'grokscope-out-'));
    const named = (run: string): string[] =>
      args.map((arg) => (arg === 'RUN' ? run : arg === 'OUT' ? join(out, 'w') : arg));
    const { text, code } = await plain(...named(`${folder('slow-1')}/`));
    expect(code).toBe(0);
    await rm(folder('slow-1'), { recursive: true, force: true });
    await makeRun('slow-1', '2026-01-02T03:04:05.000Z', []);
    expect((await grokscope(...named('slow-1'))).text).toBe(text);
    await rm(out, { recursive: true });
  });

  it('is compared, and gone on with, by its folder', async () => {
    const { text } = await plain('compare', folder('slow-1'), folder('fast-2'));
    expect(text).toBe((await grokscope('compare', 'slow-1', 'fast-2')).text);
    expect(await plain('run', '--resume', folder('fast-2'))).toMatchObject({
      text: expect.stringContaining('run "fast-2" cannot be resumed: it completed its 90 steps') as string,
      code: 2,
    });
  });

  it.each([
    [
      'a folder that is not there',
      ['../nobody'],
      /nobody is not a run id, and as the folder of a run it does not exist/,
    ],
    ['a folder of something else', ['RUNS'], /as the folder of a run it holds no run/],
    [
      'a folder of other runs than those of --runs',
      ['RUNS/slow-1', '--runs', '/elsewhere'],
      /one runs folder at a time/,
    ],
  ])('is not %s', async (_, args, message) => {
    const given = args.map((arg) => arg.replace('RUNS', runsDir));
    await expect(plain('note', ...given)).rejects.toThrow(message);
  });

  it('given as a spec is told for what it is, and a preset given as a sweep too', async () => {
    const goesOn = `is a run, not a spec; \`npx grokscope run --resume slow-1 --runs ${runsDir}\` goes on with it`;
    expect((await grokscope('run', 'slow-1')).text).toContain(goesOn);
    expect((await plain('run', `${folder('slow-1')}/`)).text).toContain(goesOn);
    expect(await grokscope('sweep', 'quick-grok')).toMatchObject({
      text: expect.stringMatching(
        /is a preset, which is one run \(`npx grokscope run quick-grok`\)/,
      ) as string,
      code: 2,
    });
  });

  it('that is not there is told with the command that lists those that are', async () => {
    expect((await grokscope('note', 'nobody')).text).toBe(
      `error: there is no run "nobody" in ${runsDir}; \`npx grokscope runs --runs ${runsDir}\` lists those there are`,
    );
    expect((await grokscope('pause', 'slow-1')).text).toContain(
      `it takes no commands; \`npx grokscope run --resume slow-1 --runs ${runsDir}\` goes on with it`,
    );
  });
});

describe('analyze', () => {
  const weights = (step: number): string =>
    join(runsDir, 'fast-2', 'checkpoints', `step-000000${step}.safetensors`);
  // These hold one tensor that the model does not have, and are refused by their path.
  const refused = (step: number): string => `error: ${weights(step)} does not hold weights for this model`;
  const spec = ['--spec', 'mainline'];

  it('takes the newest checkpoint of a run, or the one of a step', async () => {
    for (const run of ['fast-2', join(runsDir, 'fast-2'), `${join(runsDir, 'fast-2')}/`]) {
      expect((await grokscope('analyze', run, ...spec)).text).toContain(refused(30));
      expect((await grokscope('analyze', run, '--step', '10', ...spec)).text).toContain(refused(10));
    }
    expect((await grokscope('analyze', weights(20), ...spec)).text).toContain(refused(20));
    const missing = await grokscope('analyze', 'fast-2', '--step', '7', ...spec);
    expect(missing.text).toContain('has no checkpoint at step 7; it has 10, 20, 30');
  });

  it('goes back to the last good one where newer ones are damaged, and says so', async () => {
    await truncate(weights(30), 9);
    const { text, aside } = await grokscope('analyze', 'fast-2', ...spec);
    expect(text).toContain(refused(20));
    expect(aside).toMatch(/^not from a newer checkpoint but that of step 20: /);
  });

  it('says what it takes', async () => {
    expect((await grokscope('analyze', 'nobody')).text).toContain('there is no run "nobody"');
    expect((await grokscope('analyze', 'no.safetensors')).text).toContain('does not exist, and is no run id');
    expect((await grokscope('analyze', runsDir)).text).toContain('holds no run');
    expect((await grokscope('analyze', weights(20), '--step', '10')).text).toContain('is a file of weights');
  });
});

describe('text from others', () => {
  const evil = 'x\u001b[2J\u0007\u009b1m\r\nDeleted everything';

  it('reaches neither terminal nor table but as text', async () => {
    await grokscope('note', 'slow-1', evil);
    await writeFile(
      join(runsDir, 'fast-2', 'run.json'),
      (await readFile(join(runsDir, 'fast-2', 'run.json'), 'utf8')).replaceAll(
        '"fast"',
        JSON.stringify(evil),
      ),
    );
    const file = join(runsDir, 'evil.yaml');
    await writeFile(file, JSON.stringify({ name: evil, base: evil, [evil]: 1 }));
    for (const args of [
      ['runs'],
      ['runs', '--json'],
      ['note', 'slow-1'],
      ['compare', 'slow-1', 'fast-2'],
      ['run', evil],
      ['run', file],
      ['sweep', file],
      ['note', evil],
      ['runs', '--name', evil],
    ]) {
      const shown = await written(...args);
      // Without any text the next check would prove nothing.
      expect(shown, args.join(' ')).toMatch(/\S/);
      expect(shown, args.join(' ')).not.toMatch(/[^\P{Cc}\n\t]/u);
      // Only a note has lines of its own.
      if (args[0] !== 'note') expect(shown, args.join(' ')).not.toMatch(/^Deleted/m);
    }
  });
});

describe('what does not fit into memory', () => {
  const huge = ['model.dModel=8192', 'model.nHeads=64', 'model.dHead=128', 'model.nLayers=16'];
  const words = /(\n.*model = .*needs about \d+ MiB of memory, and \d+ MiB are free .*)$/;

  it('is refused by run and by sweep with the estimate, and nothing is made', async () => {
    const before = await readdir(runsDir);
    const run = await grokscope('run', 'mainline', ...huge.flatMap((set) => ['--set', set]));
    expect(run).toMatchObject({ text: expect.stringMatching(words) as string, code: 2 });
    const file = join(runsDir, 'huge.yaml');
    const paths = Object.fromEntries(
      huge.map((set) => set.split('=')).map(([path, n]) => [path, [Number(n)]]),
    );
    await writeFile(file, JSON.stringify({ name: 'huge', base: 'mainline', vary: paths, seeds: [0, 1] }));
    const sweep = await grokscope('sweep', file);
    expect(sweep).toMatchObject({ text: expect.stringMatching(words) as string, code: 2 });
    expect(sweep.text).toContain('(1 fault; nothing was started)');
    await rm(file);
    expect(await readdir(runsDir)).toEqual(before);
  });
});
