// How fast jax-js (npm `@jax-js/jax`, WebAssembly in Node) takes the mainline training step on this machine.
//   node tools/peers/jax-js-peer.mjs [--threads 2] [--steps 20] [--variants all|padded] [--from DIR] [--check]
// Two variants: `plain`, the vocabulary's 114 columns as they are, and `padded` to 116, which its fast kernels need.
// One JSON object on standard output; exit code 3 when jax-js is not installed.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { createRun } from './jax-js-mainline.mjs';
import { prepareForJaxJs } from './jax-js-threads.mjs';

/** Columns of the vocabulary. */
const widths = { padded: 116, plain: 114 };

const usage =
  'Usage: node tools/peers/jax-js-peer.mjs [--threads N] [--steps N] [--variants all|padded] [--from DIR] [--check]';

/**
 * @param {string} message
 * @returns {never}
 */
function refuse(message) {
  process.stderr.write(`${message}\n${usage}\n`);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        threads: { type: 'string', default: '2' },
        steps: { type: 'string', default: '20' },
        variants: { type: 'string', default: 'all' },
        from: { type: 'string' },
        check: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

/**
 * @param {'threads' | 'steps'} name
 * @param {string} text
 */
function count(name, text) {
  const value = Number(text);
  return Number.isInteger(value) && value >= 1
    ? value
    : refuse(`--${name} is ${text}; a whole number from 1`);
}

/**
 * The package's module file and version; ends with code 3 when it is not there.
 * @param {string | undefined} folder whose `node_modules` are searched; default: the project's
 */
function findJaxJs(folder) {
  const require = createRequire(
    folder === undefined ? import.meta.url : pathToFileURL(path.resolve(folder, 'none.js')),
  );
  try {
    const root = path.dirname(path.dirname(require.resolve('@jax-js/jax')));
    const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    const { href } = pathToFileURL(path.join(root, manifest.exports['.'].import));
    return { href, version: String(manifest.version) };
  } catch {
    process.stderr.write('jax-js is not installed here. To compare with it: npm i --no-save @jax-js/jax\n');
    return process.exit(3);
  }
}

/** @param {number[]} times */
function summary(times) {
  const sorted = times.toSorted((a, b) => a - b);
  return { min: sorted[0], median: sorted[sorted.length >> 1], max: sorted[sorted.length - 1] };
}

/**
 * @param {() => Promise<number>} step
 * @param {number} steps
 */
async function measure(step, steps) {
  // The first step compiles.
  for (let i = 0; i < 2; i++) await step();
  const times = [];
  for (let i = 0; i < steps; i++) {
    const start = performance.now();
    await step();
    times.push(performance.now() - start);
  }
  return summary(times);
}

const values = readArguments();
const threads = count('threads', values.threads);
const steps = count('steps', values.steps);
if (!['all', 'padded'].includes(values.variants))
  refuse(`--variants is ${values.variants}; it must be all or padded`);
const { href, version } = findJaxJs(values.from);
prepareForJaxJs(threads);
const jax = await import(href);
const base = { workload: 'mainline', engine: 'jax-js', threads, jaxJs: version, node: process.version };

if (values.check) {
  /** @type {Record<string, number[]>} */
  const losses = {};
  for (const [name, width] of Object.entries(widths)) {
    const step = createRun(jax, width);
    losses[name] = [];
    for (let i = 0; i < 12; i++) losses[name].push(await step());
  }
  const { padded, plain } = losses;
  const apart = Math.max(...padded.map((loss, i) => Math.abs(loss / plain[i] - 1)));
  const ok = padded.every(Number.isFinite) && padded[11] < padded[0] && apart < 1e-4;
  process.stdout.write(`${JSON.stringify({ ...base, ok, apart, losses })}\n`);
  process.exit(ok ? 0 : 1);
}

/** @type {Record<string, { min: number, median: number, max: number }>} */
const variants = {};
variants.padded = await measure(createRun(jax, widths.padded), steps);
// Some ten times slower: a few steps are enough.
if (values.variants === 'all')
  variants.plain = await measure(createRun(jax, widths.plain), Math.min(steps, 4));
const variant = Object.keys(variants).reduce((a, b) => (variants[b].min < variants[a].min ? b : a));
const row = { ...base, msPerStep: variants[variant], variant, variants, loadAverage: os.loadavg()[0] };
process.stdout.write(`${JSON.stringify(row)}\n`);
// Its workers would keep the process alive.
process.exit(0);
