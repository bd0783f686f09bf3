import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { weighSpec } from 'grokscope';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeSafetensors } from '@grokscope/formats';
import { initialWeights } from '@grokscope/model';
import type { CliError } from './errors.js';
import { describeCliError, exitCodeOf } from './errors.js';
import { readInitialWeights } from './initial-weights.js';
import type { LoadedSpec } from './load-spec.js';
import { loadSpec } from './load-spec.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grokscope-cli-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** A file far larger than any memory, none of whose bytes are on the disk. */
async function sparse(name: string): Promise<string> {
  const path = await file(name, '');
  await truncate(path, 2 ** 42);
  return path;
}

function right<T>(result: E.Either<CliError, T>): T {
  if (E.isLeft(result)) throw new Error(describeCliError(result.left));
  return result.right;
}

function message<T>(result: E.Either<CliError, T>): string {
  if (E.isRight(result)) throw new Error('expected a left');
  expect(exitCodeOf(result.left)).toBe(2);
  return describeCliError(result.left);
}

describe('a spec', () => {
  it('comes from a preset, from YAML, from JSON, and from YAML on top of a preset', async () => {
    expect(right(await loadSpec('quick-grok', [])).spec.optimizer.lr).toBe(0.005);
    const yaml = await file('a.yaml', '# small\ntask: { kind: modularAddition, p: 23 }\nmodel:\n  seed: 4\n');
    expect(right(await loadSpec(yaml, [])).spec).toMatchObject({
      task: { p: 23 },
      model: { seed: 4, dModel: 128 },
    });
    const json = await file('b.json', '\ufeff{"task": {"kind": "modularDivision", "p": 7}}');
    expect(right(await loadSpec(json, [])).dataset.nExamples).toBe(42);
    const based = await file('c.yml', 'base: quick-grok\ntraining: { steps: 5 }\n');
    expect(right(await loadSpec(based, [])).spec).toMatchObject({
      optimizer: { lr: 0.005 },
      training: { steps: 5 },
    });
  });

  it('to be run is refused where it needs more memory than is free, before anything is made of it', async () => {
    const huge = [
      'model.dModel=8192',
      'model.nHeads=64',
      'model.dHead=128',
      'model.dMlp=32768',
      'model.nLayers=16',
    ];
    const refused = await loadSpec('mainline', huge, (spec) => weighSpec(spec));
    expect(message(refused)).toMatch(
      /^error: mainline is refused \(1 fault; nothing was started\)\n {2}model = .*needs about \d+ MiB of memory, and \d+ MiB are free/,
    );
    // Where nothing is run, as in `analyze`, the spec is not weighed.
    expect(right(await loadSpec('mainline', huge)).spec.model.dMlp).toBe(32768);
  });

  it('is changed by assignments, a later one over an earlier one', async () => {
    const assignments = ['task.p=31', 'optimizer.weightDecay=0.3', 'task.p=37'];
    const { spec, dataset } = right(await loadSpec('mainline', assignments));
    expect(spec).toMatchObject({ task: { p: 37 }, optimizer: { weightDecay: 0.3 } });
    expect(dataset.nExamples).toBe(37 ** 2);
  });

  it('is refused with every fault on a line of its own', async () => {
    const text = message(await loadSpec('quick-grok', ['optimizer.lr=-1', 'task.p=1', 'modle.x=2']));
    expect(text).toContain('3 faults');
    for (const path of ['optimizer.lr', 'task.p', 'modle'])
      expect(text).toMatch(new RegExp(`^  ${path}`, 'm'));
  });

  it('is refused where it leaves nothing to train on', async () => {
    expect(message(await loadSpec('quick-grok', ['data.trainFraction=1e-9']))).toContain(
      'data.trainFraction',
    );
  });

  it.each([
    ['no-such-preset', 'no preset'],
    ['quick-grk', 'Did you mean quick-grok?'],
    ['no/such/file', 'does not exist'],
    ['none.yaml', 'does not exist'],
  ])('%s is not there', async (name, says) => {
    expect(message(await loadSpec(name, []))).toContain(says);
  });

  it('tells line and column of what is not YAML', async () => {
    const path = await file('a.yaml', 'task:\n  kind: modularAddition\n p: 3\n');
    expect(message(await loadSpec(path, []))).toMatch(/a\.yaml:3:\d+: /);
    const twice = await file('b.yaml', 'task: { kind: modularAddition, p: 3 }\ntask: 4\n');
    expect(message(await loadSpec(twice, []))).toMatch(/b\.yaml:2:1: .*unique/);
    const json = await file('c.json', '{"task": ');
    expect(message(await loadSpec(json, []))).toMatch(/c\.json:1:\d+: /);
  });

  it('may take over keys by YAML merge keys, its own going before', async () => {
    const path = await file(
      'a.yaml',
      [
        'task: { kind: modularAddition, p: 7 }',
        'optimizer:',
        '  kind: muon',
        '  <<: &often { weightDecay: 2, lr: 0.5 }',
        '  lr: 0.02',
        '  adamW: { <<: [{ eps: 0.1, lr: 0.3 }, *often], betas: [0.5, 0.6] }',
      ].join('\n'),
    );
    expect(right(await loadSpec(path, [])).spec.optimizer).toMatchObject({
      weightDecay: 2,
      lr: 0.02,
      adamW: { eps: 0.1, lr: 0.3, weightDecay: 2, betas: [0.5, 0.6] },
    });
    const wrong = await file('c.yaml', 'task: { kind: modularAddition, p: 7, <<: 3 }\n');
    expect(message(await loadSpec(wrong, []))).toMatch(/c\.yaml/);
  });

  it.each([
    [
      'name: 007',
      'name = 7: must be a text of 1 to 200 characters; this is a number, and in quotes it is a text',
    ],
    ['name: yes\nname2: 1', 'name2 = 1: is an unknown key; did you mean name?'],
    [
      'name: true',
      'name = true: must be a text of 1 to 200 characters; this is true or false, and in quotes',
    ],
    ['optimizer: { lr: "0.001" }', 'optimizer.lr = "0.001": must be a number above 0; "0.001" is a text'],
    ['model: { actFn: Relu }', 'did you mean relu?'],
  ])('%j says what to change', async (line, says) => {
    const path = await file('a.yaml', `task: { kind: modularAddition, p: 7 }\n${line}\n`);
    expect(message(await loadSpec(path, []))).toContain(says);
  });

  it('nested ten thousand levels deep is refused, not a defect', async () => {
    for (const [name, text] of [
      ['a.yaml', `task: ${'['.repeat(10_000)}${']'.repeat(10_000)}`],
      ['b.yaml', `name: ${'{a: '.repeat(60)}1${'}'.repeat(60)}`],
    ] as const) {
      expect(message(await loadSpec(await file(name, text), []))).toMatch(/nested/);
    }
  });

  it('with a thousand faults tells fifty, and how many more', async () => {
    const keys = Array.from({ length: 1000 }, (_, i) => `k${i}: 1`).join('\n');
    const text = message(await loadSpec(await file('a.yaml', `task: { kind: rot13 }\n${keys}\n`), []));
    expect(text).toContain('is refused (1000 faults; nothing was started)');
    expect(text.trimEnd().split('\n')).toHaveLength(52);
    expect(text).toMatch(/\n {2}and 950 more faults, not listed$/);
  });

  it.each([
    ['words', 'bare value'],
    ['- a\n- b\n', 'a list'],
    ['', 'is empty'],
    ['a: 1\n---\nb: 2\n', 'multiple documents'],
    ['a: *nothing\n', 'nothing'],
  ])('%j is no spec', async (content, says) => {
    expect(message(await loadSpec(await file('a.yaml', content), []))).toContain(says);
  });

  it('is not read from a folder, from bytes that are no text, or from a file beyond all measure', async () => {
    expect(message(await loadSpec(folder, []))).toContain('is a folder');
    expect(message(await loadSpec(await file('a.yaml', Uint8Array.of(0xff, 0xfe, 0)), []))).toContain(
      'UTF-8',
    );
    expect(message(await loadSpec(await sparse('b.yaml'), []))).toContain(
      'b.yaml has 4398046511104 bytes; a spec file has at most 1048576',
    );
  });
});

describe('initial weights', () => {
  const small = ['task.p=5', 'model={"dModel": 4, "nHeads": 2, "dHead": 2, "dMlp": 3}'];
  const loaded = async (): Promise<LoadedSpec> => right(await loadSpec('mainline', small));

  type Tensors = Record<string, { dtype: 'F32'; shape: readonly number[]; data: Float32Array }>;
  async function weightsFile(change: (tensors: Tensors) => void = () => undefined): Promise<string> {
    const { spec, dataset } = await loaded();
    const tensors: Tensors = {};
    for (const { name, shape, data } of initialWeights(spec.model, dataset)) {
      tensors[name] = { dtype: 'F32', shape, data: Float32Array.from(data) };
    }
    change(tensors);
    return file('w.safetensors', encodeSafetensors(tensors));
  }

  it('are read for the model of the spec', async () => {
    const { weights, path } = right(await readInitialWeights(await weightsFile(), await loaded()));
    expect(path).toBe(join(folder, 'w.safetensors'));
    const { spec, dataset } = await loaded();
    expect(weights).toEqual(
      initialWeights(spec.model, dataset).map(({ name, shape, data }) => ({ name, shape, data })),
    );
  });

  it('of another model are refused, every fault with its tensor', async () => {
    const path = await weightsFile((tensors) => {
      delete tensors['blocks.0.mlp.b_in'];
      tensors['embed.W_E']!.data[3] = NaN;
      tensors['unembed.W_U'] = { dtype: 'F32', shape: [1], data: Float32Array.of(1) };
      tensors['blocks.0.attn.b_Q'] = { dtype: 'F32', shape: [2, 2], data: Float32Array.of(0, 0, 0, 1) };
      tensors['blocks.0.attn.b_K'] = { dtype: 'F32', shape: [2, 2], data: new Float32Array(4) };
      tensors['blocks.0.attn.mask'] = { dtype: 'F32', shape: [1], data: Float32Array.of(1) };
    });
    const text = message(await readInitialWeights(path, await loaded()));
    for (const name of ['b_in missing', 'embed.W_E value 3', 'unembed.W_U has shape', 'b_Q value 3']) {
      expect(text).toContain(name);
    }
    expect(text).not.toMatch(/b_K|mask/);
  });

  it('are not read from what is no such file', async () => {
    const spec = await loaded();
    expect(message(await readInitialWeights(join(folder, 'none'), spec))).toContain('does not exist');
    expect(message(await readInitialWeights(folder, spec))).toContain('is a folder');
    const enormous = await readInitialWeights(await sparse('huge'), spec);
    expect(message(enormous)).toMatch(
      /^error: --init-from: .*huge has 4398046511104 bytes; a safetensors file has at most 2147483647$/,
    );
    expect(message(await readInitialWeights(await file('short', 'abc'), spec))).toContain(
      'file: has 3 bytes',
    );
  });
});

describe('the files that a spec names', () => {
  const ROWS = 'a,b,c\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n';

  it('are relative to the spec file that names them, its base included, and those of --set to the working directory', async () => {
    await file('own.csv', ROWS);
    const other = await file('other.csv', ROWS);
    const spec = await file(
      'own.yaml',
      'task: { kind: table, file: own.csv }\ndata: { trainFraction: 0.5 }\n',
    );
    const loaded = right(await loadSpec(spec, []));
    expect(loaded.spec.task['file']).toBe(join(folder, 'own.csv'));
    expect(loaded.dataset.nExamples).toBe(4);
    const over = await file('over.yaml', 'base: own.yaml\nmodel: { seed: 3 }\n');
    expect(right(await loadSpec(over, [])).spec.task['file']).toBe(join(folder, 'own.csv'));
    const set = `task.file=${relative(process.cwd(), other)}`;
    expect(right(await loadSpec(spec, [set])).spec.task['file']).toBe(other);
  });

  it('are refused with file, line and what is allowed', async () => {
    await file('bad.csv', 'a,b,c\n0,0,0\n0,1,\n');
    const spec = await file('bad.yaml', 'task: { kind: table, file: bad.csv }\n');
    const said = message(
      await loadSpec(spec, [], (weighed, parts) => weighSpec(weighed, undefined, parts.catalogue)),
    );
    expect(said).toContain('bad.csv');
    expect(said).toContain('line 3 has no label');
    expect(said).toContain('a label in the last column of every line');
  });
});
