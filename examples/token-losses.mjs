// `node examples/token-losses.mjs FOLDER_OF_RUN TARGET`: in what order are the tokens of an answer learned? Writes the
// test loss of each scored token by step as TARGET.csv, draws it as TARGET.svg, and prints when each fell below 0.5 nats.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { curvesFigure } from 'grokscope';

const LEARNED = 0.5;
/** Number of points a curve is drawn with; the table has all of them. */
const DRAWN = 300;

/**
 * @param {string} message
 * @returns {never}
 */
function refuse(message) {
  process.stderr.write(`${message}\nUsage: node examples/token-losses.mjs FOLDER_OF_RUN TARGET\n`);
  process.exit(2);
}

const [folder, target] = process.argv.slice(2);
if (folder === undefined || target === undefined) refuse('A run and a target are needed.');

/** @type {{ step: number, testLossByToken: number[] }[]} */
const rows = readFileSync(join(folder, 'events.ndjson'), 'utf8')
  .split('\n')
  .filter((line) => line.includes('"testLossByToken"'))
  .map((line) => JSON.parse(line));
const first = rows[0] ?? refuse(`${folder} has no losses by token: its task scores one token an example.`);
const { task, data, model, optimizer } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')).spec;
const amount = data.infinite ? 'infinite data' : `${data.trainExamples} training examples`;
const tokens = first.testLossByToken.map((_, at) => `token ${at + 1}`);

const header = ['step', ...tokens.map((token) => `test loss of ${token}`)].join(',');
const lines = rows.map(({ step, testLossByToken }) => [step, ...testLossByToken].join(','));
writeFileSync(`${target}.csv`, `${[header, ...lines].join('\n')}\n`);

const every = Math.ceil(rows.length / DRAWN);
const figure = curvesFigure({
  title: 'The order in which tokens are learned',
  subtitle: `${task.kind}, ${amount}, d_model ${model.dModel}, lr ${optimizer.lr}; tokens of the answer in their order`,
  yTitle: 'test loss (nats)',
  yScale: 'log',
  curves: tokens.map((label, at) => ({
    label,
    points: rows
      .filter((_, i) => i % every === 0)
      .map(({ step, testLossByToken }) => [step, testLossByToken[at] ?? null]),
  })),
});
writeFileSync(`${target}.svg`, figure);

for (const [at, token] of tokens.entries()) {
  const learned = rows.find(({ testLossByToken }) => (testLossByToken[at] ?? Infinity) < LEARNED)?.step;
  process.stdout.write(`${token}: test loss < ${LEARNED} at ${learned ?? 'no measured step'}\n`);
}
