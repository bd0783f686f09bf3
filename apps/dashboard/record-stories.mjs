// `node apps/dashboard/record-stories.mjs RUNS [NAME …]`: makes the recorded runs on which the page's sentences are
// tested, from the newest finished run of each name in the folder RUNS (after `npm run build`), as
// src/testing/recorded/NAME.json: the run's measurements, its phases, and at ten of its saved steps how strongly each
// frequency is present in its embedding.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { decodeSafetensors } from '@grokscope/formats';
import {
  admitsPairNetwork,
  embeddingComponents,
  networkOf,
  networkShapeOf,
  neuronLogitComponents,
  neuronLogitMap,
  normsByFrequency,
  pairExamplesOf,
  strongFrequencies,
} from '@grokscope/interpret';
import { datasetOf } from '@grokscope/parts';
import { format } from 'prettier';

const COLUMNS = /** @type {const} */ ([
  'trainLoss',
  'testLoss',
  'trainAccuracy',
  'testAccuracy',
  'sumSquaredWeights',
]);
const STOPS = 10;
/** Digits that are kept: more than any sentence shows. */
const DIGITS = 6;

const [runs, ...wanted] = process.argv.slice(2);
if (runs === undefined || !existsSync(runs)) {
  process.stderr.write('Usage: node apps/dashboard/record-stories.mjs RUNS [NAME …]\n');
  process.exit(2);
}

/** @param {number | null} value */
const short = (value) => (value === null ? null : Number(value.toPrecision(DIGITS)));

/** @param {readonly number[]} steps */
function stopsOf(steps) {
  // Half of them from the first tenth and the others spaced by powers: most happens in early steps.
  const last = steps.length - 1;
  /** @type {number[]} */
  const at = [];
  for (let i = 0; i < STOPS; i += 1) {
    const wanted = Math.round(last * (i / (STOPS - 1)) ** 1.7);
    // Ten of them if there are ten: each after the previous one, with room left for the following.
    at.push(Math.min(Math.max(wanted, (at.at(-1) ?? -1) + 1), last - (STOPS - 1 - i)));
  }
  return [...new Set(at)].flatMap((i) => steps[i] ?? []);
}

/**
 * Norms of all frequencies in the embedding and key frequencies of the neuron–logit map, where the task has any.
 * @param {string} file
 * @param {import('@grokscope/schema').RunSpec} spec
 */
function wavesOf(file, spec) {
  const dataset = datasetOf(spec);
  const weights = decodeSafetensors(readFileSync(file));
  if (dataset._tag === 'Left' || weights._tag === 'Left') return null;
  const group = pairExamplesOf(dataset.right)?.cyclic?.group;
  if (!group || group.order < 3) return null;
  const tensors = Object.entries(weights.right.tensors).flatMap(([name, { shape, data }]) =>
    data instanceof Float32Array ? [{ name, shape, data }] : [],
  );
  if (tensors.some(({ data }) => data.some((x) => !Number.isFinite(x)))) return null;
  const network = networkOf(networkShapeOf(spec.model), tensors);
  const embedding = [...normsByFrequency(embeddingComponents(network, group))].map(short);
  if (!admitsPairNetwork(network) || network.shape.dMlp === 0) return { embedding, keys: [] };
  const W_L = neuronLogitMap(network, group.output, dataset.right.dVocabOut);
  return { embedding, keys: strongFrequencies(neuronLogitComponents(W_L, group.order)) };
}

/** @param {string} folder */
async function record(folder) {
  const text = readFileSync(join(folder, 'events.ndjson'), 'utf8').trim();
  /** @type {import('@grokscope/schema').RunEvent[]} */
  const events = text.split('\n').map((line) => JSON.parse(line));
  // If a run continued with another number of steps, its last start determines them.
  const started = events.findLast((event) => event.type === 'started');
  const ended = events.findLast((event) => event.type === 'ended');
  if (started === undefined || ended === undefined) return null;
  const measured = events.filter((event) => event.type === 'metrics');
  const saved = readdirSync(join(folder, 'checkpoints')).flatMap((name) => {
    const step = /^step-(\d+)\.safetensors$/.exec(name)?.[1];
    return step === undefined ? [] : [Number(step)];
  });
  const { runId: _, seq: __, time: ___, ...end } = ended;
  const recorded = {
    spec: started.spec,
    metrics: {
      step: measured.map(({ step }) => step),
      ...Object.fromEntries(COLUMNS.map((name) => [name, measured.map((event) => short(event[name]))])),
    },
    phases: events.flatMap((event) => {
      if (event.type !== 'phase') return [];
      const { phase, step, revised } = event;
      const { toldAt = null } = event.evidence;
      return [{ phase, step, evidence: { toldAt }, ...(revised ? { revised } : {}) }];
    }),
    saved: saved.sort((a, b) => a - b),
    stops: stopsOf(saved).map((step) => ({
      step,
      waves: wavesOf(
        join(folder, 'checkpoints', `step-${String(step).padStart(8, '0')}.safetensors`),
        started.spec,
      ),
    })),
    ended: end,
  };
  const file = new URL(`src/testing/recorded/${started.spec.name}.json`, import.meta.url);
  writeFileSync(file, await format(JSON.stringify(recorded), { parser: 'json', printWidth: 110 }));
  return started.spec.name;
}

const newest = new Map();
for (const id of readdirSync(runs).sort()) {
  const name = id.replace(/-\d{8}-\d{6}-[a-z0-9]{4}$/, '');
  if (existsSync(join(runs, id, 'events.ndjson')) && (wanted.length === 0 || wanted.includes(name)))
    newest.set(name, join(runs, id));
}
for (const [name, folder] of newest) {
  const done = await record(folder);
  process.stdout.write(done === null ? `${name}: not finished, left out\n` : `${name}\n`);
}
