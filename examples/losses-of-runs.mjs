// `node examples/losses-of-runs.mjs TARGET FOLDER_OF_RUN…`: compares the measurements of runs. Writes losses and
// accuracies by step as TARGET.csv, draws the losses as TARGET.svg, and prints the steps at which each run had
// memorised its examples and had generalised.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { curvesFigure } from 'grokscope';

const COLUMNS = /** @type {const} */ ({
  'train loss': 'trainLoss',
  'test loss': 'testLoss',
  'train accuracy': 'trainAccuracy',
  'test accuracy': 'testAccuracy',
  'sum of squared weights': 'sumSquaredWeights',
});
const LOSSES = /** @type {const} */ (['train loss', 'test loss']);
/** Significant digits in the table: more than a figure shows. */
const DIGITS = 6;

const [target, ...folders] = process.argv.slice(2);
if (target === undefined || folders.length === 0) {
  process.stderr.write('Usage: node examples/losses-of-runs.mjs TARGET FOLDER_OF_RUN…\n');
  process.exit(2);
}

/** @param {string} folder */
function read(folder) {
  const events = readFileSync(join(folder, 'events.ndjson'), 'utf8')
    .split('\n')
    .filter((line) => /"type":"(started|metrics|ended)"/.test(line))
    .map((line) => JSON.parse(line));
  return {
    spec: events.find(({ type }) => type === 'started').spec,
    rows: events.filter(({ type }) => type === 'metrics'),
    ended: events.findLast(({ type }) => type === 'ended'),
  };
}

/** @param {number | null} value */
const short = (value) => (value === null ? '' : String(Number(value.toPrecision(DIGITS))));

const runs = folders.map(read);
const header = ['run', 'step', ...Object.keys(COLUMNS)].join(',');
const lines = runs.flatMap(({ spec, rows }) =>
  rows.map((row) =>
    [spec.name, row.step, ...Object.values(COLUMNS).map((column) => short(row[column]))].join(','),
  ),
);
writeFileSync(`${target}.csv`, `${[header, ...lines].join('\n')}\n`);

const { task, data, training } = runs[0].spec;
const amount = data.trainExamples
  ? `${data.trainExamples} examples`
  : `${100 * data.trainFraction} % of the examples`;
const figure = curvesFigure({
  title: `Losses of ${runs.map(({ spec }) => spec.name).join(' and ')}`,
  subtitle: `${task.kind}, ${amount}`,
  yTitle: training.loss === 'meanSquaredError' ? 'mean squared error' : 'loss (nats)',
  yScale: 'log',
  curves: runs.flatMap(({ spec, rows }) =>
    LOSSES.map((loss) => ({
      label: runs.length === 1 ? loss : `${spec.name}, ${loss}`,
      points: rows.map((row) => [row.step, row[COLUMNS[loss]]]),
    })),
  ),
});
writeFileSync(`${target}.svg`, figure);

for (const { spec, ended } of runs)
  process.stdout.write(
    `${spec.name}: memorised at ${ended.stepMemorized}, generalised at ${ended.stepGeneralized}, ` +
      `test loss at the end ${short(ended.finalTestLoss)}\n`,
  );
