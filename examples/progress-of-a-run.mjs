// `node examples/progress-of-a-run.mjs FOLDER_OF_RUN TARGET`: reproduces the published figure for a run that has ended.
// Writes its losses and the progress measures with the final key frequencies, at every checkpoint, as TARGET.csv, draws
// them as TARGET.svg, and prints the phases.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { curvesFigure } from 'grokscope';

const LOSSES = ['train loss', 'test loss', 'restricted loss', 'excluded loss'];

/**
 * @param {string} message
 * @returns {never}
 */
function refuse(message) {
  process.stderr.write(`${message}\nUsage: node examples/progress-of-a-run.mjs FOLDER_OF_RUN TARGET\n`);
  process.exit(2);
}

const [folder, target] = process.argv.slice(2);
if (folder === undefined || target === undefined) refuse('A run and a target are needed.');

const events = readFileSync(join(folder, 'events.ndjson'), 'utf8')
  .split('\n')
  .filter((line) => /"type":"(progress|phase)"/.test(line))
  .map((line) => JSON.parse(line));
/** Measurements repeated with the keys of the last step, after the run had ended. */
const looks = events.filter(({ type, keys }) => type === 'progress' && keys === 'final');
const last = looks.at(-1) ?? refuse(`${folder} has no measures with final key frequencies.`);
const { task, data } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')).spec;

const rows = looks.map(({ step, loss, restrictedLoss, excludedLoss, sumSquaredWeights }) => ({
  step,
  losses: [loss.train, loss.test, restrictedLoss.all, excludedLoss.all],
  weights: sumSquaredWeights.total,
}));
const header = ['step', ...LOSSES, 'sum of squared weights'].join(',');
const lines = rows.map(({ step, losses, weights }) => [step, ...losses, weights].join(','));
writeFileSync(`${target}.csv`, `${[header, ...lines].join('\n')}\n`);

const keys = last.keyFrequencies[last.keyFrequencyRule].join(', ');
const figure = curvesFigure({
  title: 'Progress measures of a run that groks',
  subtitle: `${task.kind}, p = ${task.p}, ${100 * data.trainFraction} % of the pairs; key frequencies ${keys}`,
  yTitle: 'loss (nats)',
  yScale: 'log',
  curves: LOSSES.map((label, at) => ({ label, points: rows.map(({ step, losses }) => [step, losses[at]]) })),
});
writeFileSync(`${target}.svg`, figure);

// A phase reported again with the final keys replaces the earlier report.
const phases = new Map(events.filter(({ type }) => type === 'phase').map(({ phase, step }) => [phase, step]));
for (const [phase, step] of [...phases].sort(([, a], [, b]) => a - b))
  process.stdout.write(`${phase} from step ${step}\n`);
