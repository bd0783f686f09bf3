// Where the time of a step on long sequences goes (the systems that step.mjs does not know): every instruction of the
// step, timed on its own in its place, summed by op. Tokens are drawn at random: speed does not depend on them.
// Needs built files (scripts/build.mjs and tsc -b of libs/engine-wasm and libs/training).
// Options: --system induction | digits, --threads 2, --relaxed false, --repeats 20, --top 12 (0: sums by op only), --json.
import { execSync } from 'node:child_process';
import os from 'node:os';
import { createRandom } from '@grokscope/base';
import { Graph, nodeFlops } from '@grokscope/graph';
import { initialWeights, parameters, scoredRows, toGraphLayout } from '@grokscope/model';
import { HYPER_INPUT, hyperAt } from '@grokscope/optim';
import { runSpecDefaults } from '@grokscope/schema';
import { lossFunction, stepFunction } from '@grokscope/training';
import { loadKernels } from '../dist/binaries.js';
import { WORDS } from '../dist/opcodes.js';
import { planProgram } from '../dist/plan/plan.js';
import { planSteps } from '../dist/plan/steps.js';
import { WasmProgram } from '../dist/program.js';
import { createCrew, createLoneCrew } from '../dist/threads.js';

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
};
const threads = Number(option('threads', 2));
const repeats = Number(option('repeats', 20));
const { model: MODEL, optimizer } = runSpecDefaults;
const SYSTEMS = {
  induction: {
    model: { ...MODEL, nLayers: 2, dModel: 48, nHeads: 4, dHead: 12, dMlp: 0 },
    task: { dVocab: 128, dVocabOut: 128, nCtx: 85 },
    batchSize: 128,
    nScored: 30,
  },
  digits: {
    model: MODEL,
    task: { dVocab: 12, dVocabOut: 12, nCtx: 18 },
    batchSize: 64,
    nScored: 6,
    positions: Int32Array.of(11, 12, 13, 14, 15, 16),
  },
};
const name = option('system', 'induction');
const system = SYSTEMS[name];
if (!system) throw new Error(`--system ${name}: allowed are ${Object.keys(SYSTEMS).join(', ')}`);

const { model, task, batchSize, nScored, positions } = system;
const rows = batchSize * nScored;
const graph = new Graph();
const fixed = positions && scoredRows(batchSize, task.nCtx, positions);
const batch = {
  nExamples: batchSize,
  tokens: graph.input('tokens', [batchSize * task.nCtx], 'i32'),
  scored: fixed ?? graph.input('scored', [rows], 'i32'),
};
const loss = lossFunction(graph, model, task, batch, graph.input('labels', [rows], 'i32'));
const infos = parameters(model, task);
const { step: f } = stepFunction(loss, infos);

const kernels = await loadKernels(threads > 1, option('relaxed', 'auto') === 'false' ? false : 'auto', {});
const crew = threads > 1 ? await createCrew(kernels.module, threads) : createLoneCrew(kernels.module);
const plan = planProgram({ step: f }, threads);
const pages = Math.ceil(plan.bytes / 65536);
const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: threads > 1 });
const loaded = await crew.load(memory);
const program = new WasmProgram(plan, memory.buffer, loaded, () => {});
initialWeights(model, task).forEach(({ data }, i) =>
  program.write(infos[i].name, toGraphLayout(infos[i], data)),
);
const random = createRandom(1);
const draw = (length, below) => Int32Array.from({ length }, () => random.nextBelow(below));
program.write('tokens', draw(batchSize * task.nCtx, task.dVocab));
program.write('labels', draw(rows, task.dVocabOut));
const scored = draw(rows, task.nCtx - 1).map((at, i) => Math.floor(i / nScored) * task.nCtx + at);
if (!fixed) program.write('scored', scored);
program.write(HYPER_INPUT, hyperAt(optimizer, 0));

const time = (action) => {
  const start = performance.now();
  action();
  return performance.now() - start;
};
const { program: first, count, outputs } = plan.functions.get('step');
const best = new Float64Array(count).fill(Infinity);
let [whole, empty] = [Infinity, Infinity];
for (let r = 0; r < repeats; r++) {
  for (let i = 0; i < count; i++)
    best[i] = Math.min(
      best[i],
      time(() => loaded.run(first + 4 * WORDS * i, 1)),
    );
  whole = Math.min(
    whole,
    time(() => loaded.run(first, count)),
  );
  empty = Math.min(
    empty,
    time(() => loaded.run(first, 0)),
  );
}
for (const [output, { address, size }] of outputs)
  if (!new Float32Array(memory.buffer, address, size).every(Number.isFinite))
    throw new Error(`the step's ${output} is not finite`);
await crew.dispose();

const shapeOf = (id) => f.graph.node(id).shape;
const instructions = planSteps(f).map(({ node, fused }, i) => {
  const base = fused?.base ?? node;
  const operands = base.inputs.map((id) => shapeOf(id).join('×') || '1').join(', ');
  const ms = Math.max(0, best[i] - empty);
  const op = base === node ? base.op : `${base.op}…${node.op}`;
  return { op, operands, result: node.shape.join('×'), ms, gflops: nodeFlops(base, shapeOf) / ms / 1e6 };
});
const byOp = new Map();
for (const { op, ms } of instructions) byOp.set(op, (byOp.get(op) ?? 0) + ms);
const sums = [...byOp].map(([op, ms]) => ({ op, ms })).sort((a, b) => b.ms - a.ms);

if (process.argv.includes('--json')) {
  const machine = { cpu: os.cpus()[0].model, cores: os.cpus().length, node: process.version };
  const { relaxedSimd } = kernels;
  const about = { commit: commit(), machine, engine: 'wasm', system: name, threads, relaxedSimd };
  console.log(JSON.stringify({ ...about, msPerStep: whole, msToStart: empty, sums, instructions }));
} else {
  const line = (text, ms, rest = '') =>
    console.log(`${ms.toFixed(2).padStart(8)} ms  ${text.padEnd(28)} ${rest}`);
  line('step', whole, `${name}, ${threads} thread(s), least of ${repeats}`);
  for (const { op, ms } of sums) line(op, ms);
  const top = [...instructions].sort((a, b) => b.ms - a.ms).slice(0, Number(option('top', 12)));
  if (top.length > 0) console.log('\nlargest instructions');
  for (const { op, operands, result, ms, gflops } of top)
    line(op, ms, `${operands} → ${result}, ${gflops.toFixed(1)} GFLOP/s`);
}

function commit() {
  try {
    return execSync('git rev-parse HEAD', { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  } catch {
    return null;
  }
}
