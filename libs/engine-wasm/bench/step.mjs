// Where the time of a program goes: every instruction of one of its functions, timed in its place among the others.
//   node libs/engine-wasm/bench/step.mjs [--threads 2] [--repeats 40] [--function train] [--relaxed false]
//        [--top 25] [--json] [--clock cpu] [--program libs/training/bench/mainline-program.mjs [its options]]
// `--clock cpu`: the processor time of the process, which other programs affect less; for one thread only. `--program`
// names a module that exports `functions` and the `values` to start from, by name. Needs built files. Instructions that
// run together, example by example, are timed together and named "a & b". For each instruction the least of its times
// counts, minus the time to start the threads ("start"). Timed alone, an instruction ends with the threads' barrier; in
// the step only the last instruction of a phase does. On a busy machine the least time of the step exceeds the sum,
// since single instructions find quiet moments more easily.
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { nodeFlops } from '@grokscope/graph';
import { loadKernels } from '../dist/binaries.js';
import { FOLLOWERS, NO_BARRIER, WORDS } from '../dist/opcodes.js';
import { planPhases } from '../dist/plan/phases.js';
import { planProgram } from '../dist/plan/plan.js';
import { planSteps } from '../dist/plan/steps.js';
import { WasmProgram } from '../dist/program.js';
import { createCrew, createLoneCrew } from '../dist/threads.js';

const mainline = fileURLToPath(new URL('../../training/bench/mainline-program.mjs', import.meta.url));
const { values: options } = parseArgs({
  options: {
    threads: { type: 'string', default: '2' },
    repeats: { type: 'string', default: '40' },
    function: { type: 'string', default: 'train' },
    relaxed: { type: 'string', default: 'auto' },
    top: { type: 'string', default: '25' },
    clock: { type: 'string', default: 'wall' },
    json: { type: 'boolean', default: false },
    program: { type: 'string', default: mainline },
  },
  strict: false,
});
const threads = Number(options.threads);
const { functions, values } = await import(pathToFileURL(resolve(options.program)).href);

const kernels = await loadKernels(threads > 1, options.relaxed === 'false' ? false : 'auto', {});
const crew = threads > 1 ? await createCrew(kernels.module, threads) : createLoneCrew(kernels.module);
const plan = planProgram(functions, threads);
const pages = Math.ceil(plan.bytes / 65536);
const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: threads > 1 });
const loaded = await crew.load(memory);
const program = new WasmProgram(plan, memory.buffer, loaded, () => {});
for (const [name, data] of Object.entries(values)) program.write(name, data);

const { program: first, count } = plan.functions.get(options.function);
const words = new Int32Array(memory.buffer, first, count * WORDS);
const joined = Array.from({ length: count }, (_, i) => WORDS * i + NO_BARRIER).filter((at) => words[at]);
/** Whether instructions inside a phase end without the threads' barrier, as in the step, or with it. */
const join = (on) => joined.forEach((at) => (words[at] = Number(on)));
const now = () => {
  if (options.clock !== 'cpu') return 1000 * performance.now();
  const { user, system } = process.cpuUsage();
  return user + system;
};
const micros = (action) => {
  const start = now();
  action();
  return now() - start;
};

const best = new Float64Array(count).fill(Infinity);
const wholes = [];
let start = Infinity;
for (let r = 0; r < Number(options.repeats); r++) {
  join(false);
  for (let i = 0; i < count; i++) {
    const at = first + 4 * WORDS * i;
    const together = 1 + words[WORDS * i + FOLLOWERS];
    best[i] = Math.min(
      best[i],
      micros(() => loaded.run(at, together)),
    );
    i += together - 1;
  }
  join(true);
  wholes.push(micros(() => loaded.run(first, count)));
  start = Math.min(
    start,
    micros(() => loaded.run(first, 0)),
  );
}
await crew.dispose();

const { graph } = functions[options.function];
const shapeOf = (id) => graph.node(id).shape;
const phases = planPhases(planSteps(functions[options.function]));
const steps = phases.flat();
const baseOf = ({ node, fused }) => fused?.base ?? node;
const nameOf = (step) =>
  baseOf(step) === step.node ? step.node.op : `${baseOf(step).op} to ${step.node.op}`;
const rows = steps.flatMap((step, i) => {
  if (best[i] === Infinity) return [];
  const together = steps.slice(i, i + 1 + (step.followers ?? 0));
  const { node } = step;
  const base = baseOf(step);
  const time = Math.max(0, best[i] - start);
  const ops = together.map(nameOf).join(' & ');
  const operands = base.inputs.map((id) => shapeOf(id).join('×') || '1').join(', ');
  return {
    ops,
    operands,
    result: node.shape.join('×') || '1',
    micros: time,
    flops: together.reduce((sum, each) => sum + nodeFlops(baseOf(each), shapeOf), 0),
  };
});
rows.sort((a, b) => b.micros - a.micros);
wholes.sort((a, b) => a - b);
const sum = rows.reduce((total, row) => total + row.micros, 0);
const step = { min: wholes[0], median: wholes[wholes.length >> 1] };

if (options.json) {
  console.log(JSON.stringify({ threads, relaxedSimd: kernels.relaxedSimd, step, start, sum, rows }));
} else {
  const line = (time, text) => console.log(`${time.toFixed(0).padStart(8)} µs  ${text}`);
  line(step.min, `${options.function}, least of ${wholes.length} on ${threads} thread(s)`);
  line(step.median, 'its median');
  line(start, 'start of the threads');
  line(sum, `sum of its ${count} instructions in ${phases.length} phases:`);
  const top = Number(options.top);
  for (const row of rows.slice(0, top)) {
    const speed = `${(row.flops / row.micros / 1000).toFixed(1)} GFLOP/s`;
    line(row.micros, `${row.ops.padEnd(22)} ${row.operands} → ${row.result}, ${speed}`);
  }
  const others = rows.slice(top);
  if (others.length > 0)
    line(
      others.reduce((total, row) => total + row.micros, 0),
      `${others.length} others`,
    );
}
