import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import * as E from 'fp-ts/lib/Either.js';
import { builtIn } from '@grokscope/parts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { joinSweep, sweepLayers, type SweepLayers } from './base-file.js';
import type { CliError } from './errors.js';
import { describeCliError } from './errors.js';
import { refuseRunSpec, refuseSweep } from './kind-of-file.js';
import { loadSpec } from './load-spec.js';
import { readSpecFile } from './read-spec-file.js';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'grokscope-specs-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const file = async (name: string, text: string): Promise<string> => {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
  return path;
};
const messageOf = (result: E.Either<CliError, unknown>): string =>
  E.isLeft(result) ? describeCliError(result.left) : '';
const valueOf = <T>(result: E.Either<CliError, T>): T => {
  if (E.isLeft(result)) throw new Error(describeCliError(result.left));
  return result.right;
};

describe('a base that is a file', () => {
  const sweepOf = async (path: string) =>
    E.map((layers: SweepLayers) => joinSweep(layers, builtIn))(
      await sweepLayers(valueOf(await readSpecFile(path)), path),
    );

  it('stands in the place of a sweep, found from the folder of the file that names it', async () => {
    await file('specs/small.yaml', 'base: ../common.yaml\ntask: { kind: modularAddition, p: 7 }');
    await file(
      'common.yaml',
      'base: quick-grok\ntraining: { steps: 9 }\ntask: { kind: modularAddition, p: 5 }',
    );
    const path = await file('sweep.yaml', 'name: s\nbase: specs/small.yaml\nvary: { optimizer.lr: [1, 2] }');
    expect(valueOf(await sweepOf(path))).toEqual({
      name: 's',
      base: { base: 'quick-grok', training: { steps: 9 }, task: { kind: 'modularAddition', p: 7 } },
      vary: { 'optimizer.lr': [1, 2] },
    });
  });

  it('may have no ending and no folder, and be named in the spec that is a base', async () => {
    await file('mine', 'task: { kind: modularAddition, p: 7 }');
    const short = await file('a.yaml', 'base: mine\nvary: {}');
    expect(valueOf(await sweepOf(short))).toMatchObject({ base: { task: { p: 7 } } });
    const inside = await file('b.yaml', 'base: { base: mine, training: { steps: 3 } }');
    expect(valueOf(await sweepOf(inside))).toEqual({
      base: { task: { kind: 'modularAddition', p: 7 }, training: { steps: 3 } },
    });
  });

  it('lies under the spec of one run too', async () => {
    await file('common.yaml', 'task: { kind: modularAddition, p: 7 }\ntraining: { steps: 9 }');
    const path = await file('mine.yaml', 'base: ./common.yaml\ntraining: { steps: 12 }');
    const { spec } = valueOf(await loadSpec(path, []));
    expect([spec.task, spec.training.steps]).toMatchObject([{ p: 7 }, 12]);
  });

  it.each([
    ['that is not there', './gone.yaml', /^error: base: .*gone\.yaml does not exist$/],
    ['that names itself', 'circle.yaml', /circle\.yaml → .*circle\.yaml is a circle/],
    ['that is a sweep', 'sweep.yaml', /sweep\.yaml is a sweep/],
    ['that is no YAML', 'bad.yaml', /bad\.yaml is not valid YAML/],
  ])('%s is refused', async (_, base, message) => {
    await file('circle.yaml', 'base: ./circle.yaml');
    await file('sweep.yaml', 'base: quick-grok\nseeds: [1]');
    await file('bad.yaml', '{');
    const path = await file('it.yaml', `name: s\nbase: ${base}\nseeds: [0]`);
    expect(messageOf(await sweepOf(path))).toMatch(message);
  });

  it('is not looked for where a preset has the name, or nothing has', async () => {
    await file('quick-grok', 'task: { kind: rot13 }');
    for (const base of ['quick-grok', 'no-such-thing']) {
      const path = await file('it.yaml', `base: ${base}\nseeds: [0]`);
      expect(valueOf(await sweepOf(path))).toMatchObject({ base });
    }
  });
});

describe('a file of the other kind', () => {
  const sweep = { name: 'a', base: 'mainline', seeds: [0, 1] };
  const spec = { name: 'a', task: { kind: 'rot13' } };

  it('is told with the command that takes it', async () => {
    expect(messageOf(refuseSweep('my sweep.yaml', sweep))).toMatch(
      /^error: my sweep\.yaml is a sweep \(it has `seeds`\).*`npx grokscope sweep .my sweep\.yaml.` runs it$/,
    );
    expect(messageOf(refuseRunSpec('a.yaml', spec))).toMatch(
      /has `task`.*`npx grokscope run a\.yaml` runs it/,
    );
    const path = await file('it.yaml', JSON.stringify(sweep));
    expect(messageOf(await loadSpec(path, []))).toContain('is a sweep');
  });

  it('is not seen where it could be either, whose decoder lists its faults', () => {
    for (const input of [{ ...sweep, ...spec }, { name: 'a', base: 'mainline' }, {}, null, [], 3]) {
      expect(refuseSweep('a', input)).toEqual(E.right(input));
      expect(refuseRunSpec('a', input)).toEqual(E.right(input));
    }
  });
});

describe('standard input', () => {
  const given = (text: string) =>
    vi.spyOn(process, 'stdin', 'get').mockReturnValue(Readable.from([Buffer.from(text)]) as never);
  afterEach(() => vi.restoreAllMocks());

  it('is read for -', async () => {
    given('task: { kind: modularAddition, p: 7 }\n');
    expect(valueOf(await loadSpec('-', ['training.steps=3'])).spec).toMatchObject({
      task: { p: 7 },
      training: { steps: 3 },
    });
  });

  it.each([
    ['task: [', /^error: standard input is not valid YAML/],
    ['', /^error: standard input is empty/],
    ['task: { kind: modularAddition, p: -1 }', /^error: standard input is refused/],
    ['x'.repeat(2 ** 21), /^error: standard input goes on after 1048576 bytes/],
  ])('is named where it is wrong', async (text, message) => {
    given(text);
    expect(messageOf(await loadSpec('-', []))).toMatch(message);
  });
});

it('a name of neither preset nor file says that there is no such file', async () => {
  expect(messageOf(await loadSpec('quick-grokk', []))).toMatch(
    /^error: there is no file "quick-grokk" here, nor a preset of that name\. .*Did you mean quick-grok\?/,
  );
});
