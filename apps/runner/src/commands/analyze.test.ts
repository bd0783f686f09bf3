import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeSafetensors, encodeSafetensors, type SafetensorsFile } from '@grokscope/formats';
import * as E from 'fp-ts/lib/Either.js';
import type { Analysis } from 'grokscope';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeCliError } from '../errors.js';
import type { AboutAnalysis } from '../present/about-analysis.js';
import type { AnalyzeOptions } from './analyze.js';
import { analyzeCommand } from './analyze.js';

// A small network that has learned addition mod 53, with the spec it was trained by in its metadata.
const FIXTURE = fileURLToPath(
  new URL('../../../../libs/grokscope/fixtures/small-addition.safetensors', import.meta.url),
);

let folder: string;
let whole: SafetensorsFile;
/** The same weights without any record of their training. */
let bare: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grokscope-analyze-'));
  const decoded = decodeSafetensors(await readFile(FIXTURE));
  if (E.isLeft(decoded)) throw new Error(decoded.left.message);
  whole = decoded.right;
  bare = await saved('bare', whole.tensors);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function saved(
  name: string,
  tensors: SafetensorsFile['tensors'],
  metadata: SafetensorsFile['metadata'] = {},
): Promise<string> {
  const path = join(folder, `${name}.safetensors`);
  await writeFile(path, encodeSafetensors(tensors, metadata));
  return path;
}

async function analyzed(path: string, options: Partial<AnalyzeOptions>): Promise<E.Either<string, string>> {
  let text = '';
  const output = { out: (more: string) => void (text += more), err: () => undefined, outIsTerminal: false };
  const result = await analyzeCommand(path, { set: [], ...options }, output);
  return E.isLeft(result) ? E.left(describeCliError(result.left)) : E.right(text);
}

async function json(path: string, options: Partial<AnalyzeOptions> = {}): Promise<Analysis & AboutAnalysis> {
  const result = await analyzed(path, { json: true, ...options });
  if (E.isLeft(result)) throw new Error(result.left);
  return JSON.parse(result.right) as Analysis & AboutAnalysis;
}

async function text(path: string, options: Partial<AnalyzeOptions> = {}): Promise<string> {
  return E.toUnion(await analyzed(path, options)).replaceAll('\u00a0', ' ');
}

describe('an analysis of weights that say how they were trained', () => {
  it('reads their split, and has nothing to hint at', async () => {
    const found = await json(FIXTURE);
    expect(found.split).toEqual({ source: 'file', trainFraction: 0.4, splitSeed: 0, split: 'cpython' });
    expect(found).not.toHaveProperty('hints');
    expect(found.accuracy.all).toBeGreaterThan(0.99);
    const shown = await text(FIXTURE);
    expect(shown).toContain('The task is addition mod 53.');
    expect(shown).toMatch(/cos\(w\d+\(a \+ b − c\)\)/);
    expect(shown).not.toMatch(/assumed|hint/i);
  });
});

describe('a measure that takes long', () => {
  const quick = { engine: 'wasm', threads: 1, llcChains: 2, llcSteps: 5, llcBurnIn: 2 } as const;

  it('is there where it is asked for, as it was asked for', async () => {
    const measure = ['llc', 'hessian', 'gradientSymmetricity'];
    const found = await json(FIXTURE, { measure, ...quick, llcLr: 1e-6, measureSeed: 3 });
    expect(found.llc).toMatchObject({ steps: 5, burnIn: 2, lr: 1e-6, localization: 100, seed: 3 });
    expect(found.llc!.chains).toHaveLength(2);
    expect(found.hessian!.top).toBeGreaterThan(0);
    expect(found.hessian!.precision).toBe('float32');
    expect(found.measures!['gradientSymmetricity']).toBeGreaterThan(-1);
    expect(await json(FIXTURE)).not.toHaveProperty('llc');
    expect(await text(FIXTURE, { measure: ['llc'], ...quick })).toMatch(
      /The valley around the weights\n.*\n +local learning coefficient +\S/,
    );
  }, 60_000);

  it('is refused by a wrong name, and where its steps are too long', async () => {
    const refusal = async (options: Partial<AnalyzeOptions>): Promise<string> =>
      E.toUnion(await analyzed(FIXTURE, { ...quick, ...options }));
    expect(await refusal({ measure: ['lcc'] })).toContain(
      '--measure lcc: there is no such measure; did you mean llc?',
    );
    expect(await refusal({ measure: ['rightSince'] })).toContain('follows from the looks before');
    expect(await refusal({ measure: ['llc'], llcLr: 1e6, llcSteps: 50 })).toContain(
      '--llc-lr: a chain left the network',
    );
  }, 60_000);
});

describe('an analysis of weights that do not', () => {
  it('infers model and task, assumes the split, and says which is which', async () => {
    const found = await json(bare);
    const own = await json(FIXTURE);
    expect(found.loss.all).toBeCloseTo(own.loss.all, 15);
    expect(found.keyFrequencies).toEqual(own.keyFrequencies);
    expect(found.split).toEqual({ source: 'assumed', trainFraction: 0.3, splitSeed: 0, split: 'cpython' });
    expect(found.inferred!.join('\n')).toMatch(
      /nLayers 1, dModel 64, nHeads 4, dHead 16, dMlp 256[^]*assumed: actFn relu[^]*modularAddition mod 53 \(right on 100 % of 300 pairs\)/,
    );
    expect(await text(bare)).toMatch(
      /Assumed, for the file does not say: which examples .*30.0 % .*seed 0.*--set data/,
    );
  });

  it('takes a split that is given for given', async () => {
    const set = ['data.trainFraction=0.4'];
    expect((await json(bare, { set })).split).toMatchObject({ source: 'given', trainFraction: 0.4 });
    const known = ['task.p=53', 'model.dModel=64', 'model.dHead=16', 'model.dMlp=256'];
    expect((await json(bare, { spec: 'mainline', set: known })).split).toMatchObject({ source: 'assumed' });
  });

  it('infers nothing of what it cannot know', async () => {
    const { 'embed.W_E': W_E } = whole.tensors;
    const message = await text(await saved('one', { 'embed.W_E': W_E }));
    expect(message).toMatch(/does not say how it was trained.*tell only dModel 64.*--spec <preset or file>/);
    const long = {
      ...whole.tensors,
      'pos_embed.W_pos': { dtype: 'F32', shape: [5, 64], data: new Float32Array(320) },
    } as const;
    expect(await text(await saved('long', long))).toMatch(/54 tokens and 5 positions, which are no pairs/);
  });
});

describe('what looks wrong about an analysis', () => {
  const fits = ['model.dModel=64', 'model.dHead=16', 'model.dMlp=256'];

  it('is a split by which the trained pairs are known no better', async () => {
    const shuffled = ['data.trainFraction=0.4', 'data.splitSeed=7'];
    const { loss, hints } = await json(FIXTURE, { set: shuffled });
    expect(loss.train).toBeGreaterThan(0.98 * loss.test!);
    expect(hints).toEqual([expect.stringMatching(/not below that on the rest.*data.splitSeed/)]);
  });

  it('is a task that the network does not answer', async () => {
    const set = ['task.kind=modularDivision', 'task.p=53', ...fits];
    const { accuracy, hints, absent } = await json(bare, { spec: 'mainline', set });
    expect(accuracy.all).toBeLessThan(3 / 53);
    expect(hints).toEqual([expect.stringMatching(/no better than guessing and no frequency stands out/)]);
    expect(absent['restrictedLoss']).toContain('no frequency stands out yet');
    const shown = await text(bare, { spec: 'mainline', set });
    expect(shown).toContain('Hint: these weights do no better than guessing');
    expect(shown).toMatch(
      /Does it use them\?\n {2}No frequency stands out yet: the rule neuronLogit marks \d+ of 26,/,
    );
    expect(shown).toMatch(/neuronLogit +strong in the map from neurons to logits +\d+ of 26\n/);
  });

  it('is another model than the spec says, with the settings that read it', async () => {
    expect(await text(bare, { spec: 'mainline' })).toMatch(
      /dModel 64, dHead 16, dMlp 256; the spec has dModel 128, dHead 32, dMlp 512.*--set model.dModel=64 --set model.dHead=16/,
    );
  });

  it('is what of the file was not taken as it stands', async () => {
    const prefixed = Object.fromEntries(
      Object.entries(whole.tensors).map(([name, tensor]) => [`_orig_mod.${name}`, tensor]),
    );
    const path = await saved('prefixed', prefixed, whole.metadata);
    expect((await json(path)).notes).toEqual(['names are read without "_orig_mod."']);
    expect(await text(path)).toContain('Names are read without "_orig_mod.".');
  });
});
