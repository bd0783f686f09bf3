// `node examples/text-heads.mjs FOLDER_OF_RUN TARGET`: when do the heads of a text's language model become induction
// heads, and does the in-context score fall at the same time? Writes test loss, in-context score and the scores of the
// best heads at each saved step as TARGET.csv, and draws them as TARGET.svg. Heads are scored on random tokens that
// repeat every PERIOD tokens (in `analyze` they repeat once, half a window later).
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { decodeSafetensors } from '@grokscope/formats';
import { createReferenceEngine } from '@grokscope/engine';
import { createRandom } from '@grokscope/base';
import { forwardOn, headScores } from '@grokscope/interpret';
import { builtIn, datasetOf, decodeRunSpec, withFiles } from '@grokscope/parts';
import { curvesFigure, keptFiles } from 'grokscope';

/**
 * @param {string} message
 * @returns {never}
 */
function refuse(message) {
  process.stderr.write(`${message}\nUsage: node examples/text-heads.mjs FOLDER_OF_RUN TARGET\n`);
  process.exit(2);
}

const [folder, target] = process.argv.slice(2);
if (folder === undefined || target === undefined) refuse('A run and a target are needed.');

const record = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'));
const files = keptFiles(folder, record);
if (files._tag === 'Left') refuse(files.left);
const catalogue = withFiles(builtIn, files.right);
const spec = decodeRunSpec(record.spec, catalogue);
if (spec._tag === 'Left') refuse('The spec of the run is not valid.');
const made = datasetOf(spec.right, catalogue);
if (made._tag === 'Left') refuse(made.left.message);
const { model } = spec.right;
const dataset = made.right;

/** @type {any[]} */
const events = readFileSync(join(folder, 'events.ndjson'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));
/** @param {string} type @param {number} step */
const at = (type, step) => events.findLast((event) => event.type === type && event.step === step);

/** Number of tokens after which random sequences repeat: about a line of the word list. */
const PERIOD = 12;
const SEQUENCES = 16;
const { nCtx, dVocab } = dataset;
const random = createRandom(0).split('repeated tokens');
const tokens = new Int32Array(SEQUENCES * nCtx);
for (let i = 0; i < tokens.length; i += 1)
  tokens[i] = i % nCtx < PERIOD ? random.nextBelow(dVocab) : (tokens[i - PERIOD] ?? 0);
// The positions at which the sequence follows from earlier tokens.
const queries = Int32Array.from(tokens.keys()).filter((row) => row % nCtx >= 2 * PERIOD);
const names = Array.from({ length: model.nLayers }, (_, layer) => `blocks.${layer}.attn.hook_pattern`);

const engine = createReferenceEngine();
/** @type {{ step: number, testLoss: number, score: number, previous: number, induction: number }[]} */
const rows = [];
for (const name of readdirSync(join(folder, 'checkpoints')).sort()) {
  const step = Number(/^step-(\d+)\.safetensors$/.exec(name)?.[1] ?? NaN);
  const score = at('progress', step)?.measures?.inContextScore;
  if (score === undefined) continue;
  const file = decodeSafetensors(readFileSync(join(folder, 'checkpoints', name)));
  if (file._tag === 'Left') refuse(`${name} cannot be read`);
  const weights = Object.entries(file.right.tensors).flatMap(([tensor, { shape, data }]) =>
    data instanceof Float32Array ? [{ name: tensor, shape, data }] : [],
  );
  const found = await forwardOn(engine, model, { ...dataset, nExamples: SEQUENCES, tokens }, weights, names);
  const heads = names.map((pattern) =>
    headScores({ nHeads: model.nHeads, nCtx, tokens, pattern: found[pattern] ?? [], queries }),
  );
  /** @param {number} layer @param {'previousToken' | 'induction'} kind */
  const best = (layer, kind) => Math.max(...(heads[layer] ?? []).map((head) => head[kind]));
  rows.push({
    step,
    testLoss: at('metrics', step)?.testLoss,
    score,
    previous: best(0, 'previousToken'),
    induction: best(model.nLayers - 1, 'induction'),
  });
  process.stdout.write(`${JSON.stringify(rows.at(-1))}\n`);
}
await engine.dispose();

const header =
  'step,test loss,in-context score,best previous-token head of layer 0,best induction head of the last layer';
const lines = rows.map(({ step, testLoss, score, previous, induction }) =>
  [step, ...[testLoss, score, previous, induction].map((value) => value.toPrecision(6))].join(','),
);
writeFileSync(`${target}.csv`, `${[header, ...lines].join('\n')}\n`);
writeFileSync(
  `${target}.svg`,
  curvesFigure({
    title: 'Heads that induct, and what they are good for',
    subtitle: `${record.files[0].path}, ${model.nLayers} layers of attention, d_model ${model.dModel}, windows of ${nCtx} characters`,
    yTitle: 'nats, or share of attention',
    yScale: 'linear',
    curves: [
      { label: 'early loss less late loss (nats)', points: rows.map(({ step, score }) => [step, -score]) },
      {
        label: 'previous token, best head of layer 0',
        points: rows.map(({ step, previous }) => [step, previous]),
      },
      {
        label: 'induction, best head of layer 1',
        points: rows.map(({ step, induction }) => [step, induction]),
      },
    ],
  }),
);
