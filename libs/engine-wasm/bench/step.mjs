// Where the time of a training step goes: every instruction of it, timed on its own in its place in the step.
// Needs built files (scripts/build.mjs and tsc -b of libs/engine-wasm and libs/training).
// Options: --threads 2, --relaxed false, --repeats 40, --function train, --layers 1, --p 113, --json, --top 25.
// The times of the instructions have the start of the threads in them once each (shown as "start"); the step has it once.
import { createDataset } from '@grokscope/tasks';
import { initialWeights, toGraphLayout } from '@grokscope/model';
import { hyperAt, HYPER_INPUT } from '@grokscope/optim';
import { runSpecDefaults } from '@grokscope/schema';
import { buildProgram } from '@grokscope/training';
import { nodeFlops } from '@grokscope/graph';
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
const repeats = Number(option('repeats', 40));
const name = option('function', 'train');
const model = { ...runSpecDefaults.model, nLayers: Number(option('layers', 1)) };
const dataset = createDataset(
  { kind: 'modularAddition', p: Number(option('p', 113)) },
  runSpecDefaults.data,
).right;

const { functions, parameters } = buildProgram(model, dataset);
const kernels = await loadKernels(threads > 1, option('relaxed', 'auto') === 'false' ? false : 'auto', {});
const crew = threads > 1 ? await createCrew(kernels.module, threads) : createLoneCrew(kernels.module);
const plan = planProgram(functions, threads);
const pages = Math.ceil(plan.bytes / 65536);
const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: threads > 1 });
const loaded = await crew.load(memory);
const program = new WasmProgram(plan, memory.buffer, loaded, () => {});
initialWeights(model, dataset).forEach(({ data }, i) =>
  program.write(parameters[i].name, toGraphLayout(parameters[i], data)),
);
program.write(HYPER_INPUT, hyperAt(runSpecDefaults.optimizer, 0));

const time = (action) => {
  const start = performance.now();
  action();
  return 1000 * (performance.now() - start);
};
const { program: first, count } = plan.functions.get(name);
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
await crew.dispose();

const f = functions[name];
const shapeOf = (id) => f.graph.node(id).shape;
const steps = planSteps(f);
const rows = steps.map(({ node, inputs, fused }, i) => {
  const base = fused?.base ?? node;
  const operands = base.inputs.map((id) => shapeOf(id).join('×') || '1').join(', ');
  const flops = nodeFlops(base, shapeOf);
  const micros = Math.max(0, best[i] - empty);
  const op = base === node ? base.op : `${base.op}…${node.op}`;
  return {
    op,
    operands,
    result: node.shape.join('×'),
    inputs: inputs.length,
    micros,
    gflops: flops / micros / 1e3,
  };
});
const sum = rows.reduce((total, row) => total + row.micros, 0);
if (process.argv.includes('--json'))
  console.log(JSON.stringify({ threads, relaxedSimd: kernels.relaxedSimd, whole, empty, rows }));
else {
  const line = (text, micros, rest) =>
    console.log(`${micros.toFixed(0).padStart(8)} µs  ${text.padEnd(28)} ${rest}`);
  line('step', whole, `${threads} thread(s), least of ${repeats}`);
  line('instructions', sum, `${count} of them, each in its place`);
  line('start', empty, 'of the threads');
  const sorted = rows.sort((a, b) => b.micros - a.micros);
  const top = Number(option('top', 25));
  for (const { op, operands, result, micros, gflops } of sorted.slice(0, top))
    line(op, micros, `${operands} → ${result}, ${gflops.toFixed(1)} GFLOP/s`);
  const others = sorted.slice(top);
  line(
    `${others.length} others`,
    others.reduce((total, row) => total + row.micros, 0),
    '',
  );
}
