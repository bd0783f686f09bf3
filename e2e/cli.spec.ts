import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { decodeRunEvent, type RunEvent } from '@grokscope/schema';
import { Workbench, quickSpec, tinySpec } from './support.js';

// The command line as a script uses it.

let bench: Workbench;
test.beforeEach(() => {
  bench = new Workbench();
  writeFileSync(bench.at('tiny.json'), JSON.stringify(tinySpec));
});
test.afterEach(() => bench.dispose());

/** Runs a command to its end. */
async function run(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const running = bench.grokscope(...args);
  const code = await running.exit;
  return { code, stdout: running.stdout, stderr: running.stderr };
}

const eventsOf = (stdout: string): RunEvent[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent);

test('lists presets, tasks and engines as JSON and as text', async () => {
  const presets = JSON.parse((await run('presets', '--json')).stdout) as Record<string, unknown>[];
  expect(presets.map(({ name }) => name)).toEqual(expect.arrayContaining(['quick-grok', 'mainline']));
  for (const preset of presets) expect(Object.keys(preset).sort()).toEqual(['name', 'spec', 'teaches']);
  const tasks = JSON.parse((await run('tasks', '--json')).stdout) as Record<string, unknown>[];
  expect(tasks.map(({ kind }) => kind)).toContain('modularAddition');
  for (const task of tasks) expect(Object.keys(task).sort()).toEqual(['kind', 'parameters', 'teaches']);
  const engines = JSON.parse((await run('engines', '--json')).stdout) as Record<string, unknown>[];
  expect(engines).toContainEqual(expect.objectContaining({ name: 'wasm', available: true }));
  for (const engine of engines)
    expect(engine).toMatchObject({ available: expect.any(Boolean), why: expect.any(String) });
  expect((await run('presets')).stdout).toContain('quick-grok');
  expect((await run('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('a run prints its events and nothing else, and keeps them', async () => {
  const { code, stdout, stderr } = await run('run', 'tiny.json', '--json', '--threads', '1', '--seed', '3');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const events = eventsOf(stdout);
  for (const event of events) expect(decodeRunEvent(event)._tag, JSON.stringify(event)).toBe('Right');
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i));
  expect(new Set(events.map(({ runId }) => runId)).size).toBe(1);
  expect(events.map(({ type }) => type)).toEqual([
    'started',
    ...['metrics', 'progress', 'metrics', 'metrics', 'progress', 'checkpoint'],
    ...['metrics', 'metrics', 'progress', 'checkpoint'],
    'ended',
  ]);
  expect(events[0]).toMatchObject({ threads: 1, spec: { model: { seed: 3 }, task: { p: 23 } } });
  expect(events.at(-1)).toMatchObject({ reason: 'completed', step: 40 });
  const [{ runId }] = events;
  expect(readFileSync(bench.at('runs', runId, 'events.ndjson'), 'utf8')).toBe(stdout);
  expect(readdirSync(bench.at('runs', runId, 'checkpoints'))).toContain('step-00000040.safetensors');
  const runs = JSON.parse((await run('runs', '--json')).stdout) as unknown[];
  expect(runs).toEqual([expect.objectContaining({ runId, name: 'tiny', state: 'completed', step: 40 })]);
});

test('the same seed gives the same numbers, another seed others', async () => {
  const losses = async (seed: string): Promise<unknown[]> => {
    const { stdout } = await run('run', 'tiny.json', '--json', '--threads', '2', '--seed', seed);
    return eventsOf(stdout).flatMap((event) =>
      event.type === 'metrics' ? [[event.trainLoss, event.testLoss]] : [],
    );
  };
  const first = await losses('1');
  expect(await losses('1')).toEqual(first);
  expect(await losses('2')).not.toEqual(first);
});

test('exports weights, from which another run starts', async () => {
  const { stdout } = await run('run', 'tiny.json', '--json');
  const [{ runId }] = eventsOf(stdout);
  const exported = await run('export', runId, '--format', 'safetensors', '--out', 'weights.safetensors');
  expect(exported.code).toBe(0);
  const bytes = readFileSync(bench.at('weights.safetensors'));
  expect(
    bytes.equals(readFileSync(bench.at('runs', runId, 'checkpoints', 'step-00000040.safetensors'))),
  ).toBe(true);
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + Number(bytes.readBigUInt64LE()))) as Record<
    string,
    unknown
  >;
  expect(header['embed.W_E']).toMatchObject({ dtype: 'F32', shape: [24, 32] });
  expect(header['__metadata__']).toMatchObject({ step: '40', runId });

  const next = await run('run', 'tiny.json', '--json', '--init-from', 'weights.safetensors', '--steps', '5');
  const first = eventsOf(next.stdout).find((event) => event.type === 'metrics');
  const last = eventsOf(stdout).findLast((event) => event.type === 'metrics');
  expect(first).toMatchObject({ step: 0, testAccuracy: (last as { testAccuracy: number }).testAccuracy });
  expect((first as { trainLoss: number }).trainLoss).toBeCloseTo(
    (last as { trainLoss: number }).trainLoss,
    5,
  );

  expect(await run('export', runId, '--format', 'safetensors', '--step', '7')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('it has 20, 40'),
  });
  expect(await run('run', 'quick-grok', '--init-from', 'weights.safetensors')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('it has dModel 32, nHeads 2, dHead 16, dMlp 64'),
  });
});

test('a run without --json tells a person what it is and what came of it', async () => {
  const { code, stdout } = await run('run', 'tiny.json', '--set', 'optimizer.lr=0.002');
  expect(code).toBe(0);
  expect(stdout).toContain('tiny: modularAddition, a + b mod 23');
  expect(stdout).toContain('engine  wasm');
  expect(stdout).toContain('step 40 · train loss');
  expect(stdout).toContain('completed after 40 steps');
  expect(stdout).toContain('step-00000040.safetensors');
});

test.describe('refuses before anything is started', () => {
  test.afterEach(() => expect(readdirSync(bench.folder)).not.toContain('runs'));
  const refused = async (args: string[], ...says: string[]): Promise<void> => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: '' });
    for (const text of says) expect(stderr).toContain(text);
    expect(stderr).not.toMatch(/\n\s+at .*:\d+/);
  };

  test('an unknown preset, naming the nearest', () =>
    refused(['run', 'quick-grk'], 'quick-grk', 'Did you mean quick-grok?'));

  test('a bad spec, every fault with its path, value and what is allowed', async () => {
    const bad = {
      task: { kind: 'modularAddition', p: 1 },
      data: { trainFraction: 2 },
      model: { dModel: 30 },
      optimizer: { lr: -1 },
      trainning: {},
    };
    writeFileSync(bench.at('bad.json'), JSON.stringify(bad));
    await refused(
      ['run', 'bad.json', '--set', 'observe.metricsEvery=0'],
      'task.p',
      'data.trainFraction',
      'model.dModel',
      'optimizer.lr',
      'observe.metricsEvery',
      'trainning',
      'did you mean training?',
    );
  });

  test('a training fraction of 0', () =>
    refused(['run', 'quick-grok', '--set', 'data.trainFraction=0'], 'data.trainFraction'));

  test('--steps and --seed that are no numbers', () =>
    refused(['run', 'quick-grok', '--steps', 'many', '--seed', '-1'], 'training.steps', 'model.seed'));

  test('files that are no specs, with line and column', async () => {
    writeFileSync(bench.at('broken.yaml'), 'task:\n  kind: [modularAddition\n  p: 113\n');
    await refused(['run', 'broken.yaml'], 'broken.yaml:', 'not valid YAML');
    writeFileSync(bench.at('text.yaml'), 'just some words\n');
    await refused(['run', 'text.yaml'], 'bare value');
    writeFileSync(bench.at('image.yaml'), Buffer.of(0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe));
    await refused(['run', 'image.yaml'], 'UTF-8');
    writeFileSync(bench.at('empty.yaml'), '');
    await refused(['run', 'empty.yaml'], 'is empty');
    mkdirSync(bench.at('folder'));
    await refused(['run', './folder'], 'is a folder');
    await refused(['run', 'missing.yaml'], 'does not exist');
  });

  test('weights that are none, or are not there', async () => {
    writeFileSync(bench.at('w.safetensors'), 'short');
    await refused(['run', 'quick-grok', '--init-from', 'w.safetensors'], 'w.safetensors', 'header');
    await refused(['run', 'quick-grok', '--init-from', 'none.safetensors'], 'does not exist');
  });

  test('unknown commands, options and values', async () => {
    await refused(['fly'], 'unknown command');
    await refused(['run', 'quick-grok', '--fast'], 'unknown option');
    await refused(['run'], 'say what to train');
    await refused(['run', 'quick-grok', '--engine', 'steam'], 'wasm');
    await refused(['run', 'quick-grok', '--threads', '0'], 'from 1 to');
    await refused(['run', 'quick-grok', '--set', 'oops'], '--set');
    await refused(['export', 'nobody', '--format', 'safetensors'], 'nobody');
    await refused(['export', '../x', '--format', 'safetensors'], 'not a run id');
    await refused(['serve', '--port', '70000'], 'port');
    await refused(['serve', '--host', '0.0.0.0'], 'token');
  });
});

test('Ctrl-C ends a run after a checkpoint; the run is kept as interrupted', async () => {
  test.skip(
    process.platform === 'win32',
    'Windows has no SIGINT to send; once it is simulated there, this runs',
  );
  writeFileSync(bench.at('long.json'), JSON.stringify({ ...quickSpec, training: { steps: 1_000_000 } }));
  const running = bench.grokscope('run', 'long.json', '--json');
  await running.line(/"metrics".*"step":20,/);
  running.child.kill('SIGINT');
  expect(await running.exit).toBe(130);
  const events = eventsOf(running.stdout);
  expect(events.at(-2)).toMatchObject({ type: 'checkpoint' });
  expect(events.at(-1)).toMatchObject({ type: 'ended', reason: 'interrupted' });
  const runs = JSON.parse((await run('runs', '--json')).stdout) as unknown[];
  expect(runs).toEqual([expect.objectContaining({ state: 'interrupted' })]);
});

test('a run that is killed shows as stale, its events whole', async () => {
  writeFileSync(bench.at('long.json'), JSON.stringify({ ...quickSpec, training: { steps: 1_000_000 } }));
  const running = bench.grokscope('run', 'long.json', '--json');
  await running.line(/"metrics".*"step":50,/);
  running.child.kill('SIGKILL');
  await running.exit;
  const [run0] = JSON.parse((await run('runs', '--json')).stdout) as {
    state: string;
    step: number;
    problem: null;
  }[];
  expect(run0).toMatchObject({ state: 'stale', problem: null });
  expect(run0!.step).toBeGreaterThanOrEqual(50);
});

test('a reader that goes away does not end the run', async () => {
  const running = bench.grokscope('run', 'tiny.json', '--json', '--steps', '400');
  await running.line(/"started"/);
  running.child.stdout!.destroy();
  expect(await running.exit).toBe(0);
  const runs = JSON.parse((await run('runs', '--json')).stdout) as unknown[];
  expect(runs).toEqual([expect.objectContaining({ state: 'completed', step: 400 })]);
});

test('a loss that is no longer finite ends the run as diverged, with exit code 1', async () => {
  const { code, stdout } = await run('run', 'tiny.json', '--json', '--set', 'optimizer.lr=1e30');
  expect(code).toBe(1);
  expect(eventsOf(stdout).at(-1)).toMatchObject({
    type: 'ended',
    reason: 'diverged',
    message: expect.any(String),
  });
});
