import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeCliError } from '../errors.js';
import { initCommand } from './init.js';

const COMMAND = fileURLToPath(new URL('../../build/main.js', import.meta.url));

let folder: string;
let lab: string;
const said: string[] = [];
const output = { out: (text: string) => void said.push(text), err: () => undefined } as never;
const refusal = async (path: string): Promise<string> => {
  const result = await initCommand(path, output);
  return E.isLeft(result) ? describeCliError(result.left) : '';
};

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'grokscope-init-')));
  lab = join(folder, 'my-lab');
  expect(await initCommand(lab, output)).toEqual(E.right(0));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a lab that `init` wrote', () => {
  it('runs as it is, with its own task, model, optimizer, loss and measure, and its sink hears of it', async () => {
    expect(said.join('')).toContain('spec.yaml');
    const line = [COMMAND, 'run', 'spec.yaml', '--steps', '60', '--json', '--threads', '1'];
    const { stdout } = await promisify(execFile)(process.execPath, line, { cwd: lab });
    const events = stdout
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(events.at(-1)).toMatchObject({ type: 'ended', reason: 'completed', step: 60 });
    const { spec, toldTask } = events[0]!;
    expect(spec).toMatchObject({
      use: [join(lab, 'parts.mjs')],
      task: { kind: 'greater' },
      model: { kind: 'bagOfTokens', width: 16 },
      optimizer: { kind: 'averaged', blend: 0.1 },
      training: { loss: 'squaredCrossEntropy' },
    });
    expect(toldTask).toMatchObject({ title: 'max(a, b) of numbers below 31' });
    const norms = events.flatMap(
      ({ measures }) => (measures as { embeddingNorm?: number })?.embeddingNorm ?? [],
    );
    expect(norms.filter((norm) => typeof norm === 'number').length).toBeGreaterThan(0);
    expect(await readFile(join(lab, 'runs', 'diary.txt'), 'utf8')).toMatch(/: completed after 60 steps\n$/);
  });

  it('has a test that passes', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--test'], { cwd: lab });
    expect(stdout).toMatch(/^# pass 1$/m);
  });

  it('is linked again where it is, and its files stay', async () => {
    await rm(join(lab, 'node_modules'), { recursive: true });
    await writeFile(join(lab, 'spec.yaml'), '# mine\n');
    expect(await initCommand(lab, output)).toEqual(E.right(0));
    expect(existsSync(join(lab, 'node_modules', 'grokscope', 'package.json'))).toBe(true);
    expect(await readFile(join(lab, 'spec.yaml'), 'utf8')).toBe('# mine\n');
  });
});

it('a folder with anything else in it is refused, and a file', async () => {
  await writeFile(join(folder, 'notes.txt'), '');
  expect(await refusal(folder)).toMatch(/is not empty \(it has .*notes\.txt/);
  expect(await refusal(join(folder, 'notes.txt'))).toMatch(/is a file, not a folder/);
});
