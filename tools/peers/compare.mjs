// Compares Grokscope with PyTorch and jax-js: each is measured on this machine, one after the other.
//   node tools/peers/compare.mjs [--python PATH] [--threads 2] [--workload NAME]… [--rounds 1] [--engine wasm]
//                                [--variants eager|all] [--jax-from DIR] [--json]
// A peer that is not installed is skipped, and the output says so. The table goes to standard output, or with --json to
// standard error and one JSON document to standard output.
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fromRoot } from '../lib/workspace.mjs';
import { compareRows, renderComparison } from './comparison.mjs';

const workloads = ['mainline', 'mainline-2-layer', 'induction', 'digit-addition', 'cyclic-mlp', 'matmul'];
/** A peer's own way to say that what it needs is not installed. */
const notInstalled = 3;

/** @param {string} line */
const say = (line) => void process.stderr.write(`${line}\n`);

/**
 * @param {string} message
 * @returns {never}
 */
function refuse(message) {
  say(message);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        python: { type: 'string', default: 'python3' },
        threads: { type: 'string', default: '2' },
        workload: { type: 'string', multiple: true, default: workloads },
        rounds: { type: 'string', default: '1' },
        engine: { type: 'string', default: 'wasm' },
        variants: { type: 'string', default: 'eager' },
        'jax-from': { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

/**
 * Runs a program; its standard error goes to this process's.
 * @param {string} program
 * @param {string[]} args
 * @returns {{ code: number | null, text: string }} `code` is null when the program could not be started
 */
function outputOf(program, args) {
  const { status, stdout, error } = spawnSync(program, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  return { code: error === undefined ? (status ?? 1) : null, text: stdout ?? '' };
}

/** @param {string} text one JSON object a line */
const jsonLines = (text) =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line));

const values = readArguments();
for (const name of ['threads', 'rounds']) {
  const text = values[/** @type {'threads' | 'rounds'} */ (name)];
  if (!/^[1-9]\d*$/.test(text)) refuse(`--${name} is ${text}; it must be a whole number from 1`);
}
for (const name of values.workload) {
  if (!workloads.includes(name)) refuse(`--workload ${name}: there are ${workloads.join(', ')}`);
}
if (!['all', 'eager'].includes(values.variants))
  refuse(`--variants is ${values.variants}; it must be all or eager`);
const threads = Number(values.threads);

/** @type {Record<string, string>} */
const skipped = {};

function measureGrokscope() {
  const bin = fromRoot('apps', 'runner', 'bin', 'grokscope.mjs');
  const args = ['bench', '--json', '--engine', values.engine, '--threads', values.threads];
  for (const name of values.workload) args.push('--workload', name);
  const { code, text } = outputOf(process.execPath, [bin, ...args]);
  if (code === 0) return JSON.parse(text).rows;
  skipped.grokscope = `"grokscope bench --json --engine ${values.engine}" ended with exit code ${code}`;
  return [];
}

function measureTorch() {
  if (skipped.torch !== undefined) return [];
  const script = fileURLToPath(new URL('torch_peer.py', import.meta.url));
  const options = ['--threads', values.threads, '--variants', values.variants];
  const { code, text } = outputOf(values.python, [script, ...values.workload, ...options]);
  if (code === 0) return jsonLines(text);
  skipped.torch =
    code === null
      ? `no Python at "${values.python}" (--python PATH)`
      : code === notInstalled
        ? `"${values.python}" has no PyTorch 2.4 or later`
        : `torch_peer.py ended with exit code ${code}`;
  return jsonLines(text);
}

function measureJaxJs() {
  if (skipped['jax-js'] !== undefined || !values.workload.includes('mainline')) return [];
  const script = fileURLToPath(new URL('jax-js-peer.mjs', import.meta.url));
  const from = values['jax-from'] === undefined ? [] : ['--from', values['jax-from']];
  const { code, text } = outputOf(process.execPath, [script, '--threads', values.threads, ...from]);
  if (code === 0) return jsonLines(text);
  skipped['jax-js'] =
    code === notInstalled
      ? 'not installed (npm i --no-save @jax-js/jax)'
      : `jax-js-peer.mjs ended with exit code ${code}`;
  return [];
}

const loadBefore = os.loadavg()[0];
const own = [];
const peers = [];
for (let round = 0; round < Number(values.rounds); round++) {
  own.push(...measureGrokscope());
  peers.push(...measureTorch(), ...measureJaxJs());
}
const comparisons = compareRows(own, peers, threads);
const cpu = os.cpus()[0]?.model ?? 'unknown';
const machine = { cpu, cores: os.cpus().length, node: process.version, loadBefore };

const lines = [
  `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, load average before: ${loadBefore.toFixed(2)}`,
  '',
  renderComparison(comparisons),
  ...Object.entries(skipped).map(([name, why]) => `Skipped: ${name}: ${why}`),
];
(values.json ? process.stderr : process.stdout).write(`${lines.join('\n')}\n`);
if (values.json)
  process.stdout.write(`${JSON.stringify({ machine, threads, rows: comparisons, skipped })}\n`);
process.exitCode = skipped.grokscope === undefined ? 0 : 1;
