import { buildProgram } from '../../training/dist/index.js';
import { initialWeights, parameters } from '../../model/dist/index.js';
import { runSpecDefaults } from '../../schema/dist/index.js';
import { createDataset } from '../../tasks/dist/index.js';
import { hyperAt, HYPER_INPUT } from '../../optim/dist/index.js';
import { planProgram } from '../dist/plan/plan.js';
import { loadKernels } from '../dist/binaries.js';
import { createCrew, createLoneCrew } from '../dist/threads.js';
import { WasmProgram } from '../dist/program.js';
import { toGraphLayout } from '../../model/dist/index.js';
import { schedule } from '../../graph/dist/index.js';
import { planSteps } from '../dist/plan/steps.js';
const threads = Number(process.argv[2] ?? 2);
const model = runSpecDefaults.model;
const data = createDataset({ kind: 'modularAddition', p: 113 }, runSpecDefaults.data).right;
const prog = buildProgram(model, data);
console.log('gflop', prog.flopsPerStep / 1e9, 'unrewritten', prog.flopsPerStepUnrewritten / 1e9);
const k = await loadKernels(threads > 1, process.argv[3] === 'simd' ? false : 'auto', {});
const crew = threads > 1 ? await createCrew(k.module, threads) : createLoneCrew(k.module);
let t0 = performance.now();
const plan = planProgram(prog.functions, threads);
console.log('plan ms', (performance.now() - t0).toFixed(1), 'MiB', (plan.bytes / 2 ** 20).toFixed(1));
const pages = Math.ceil(plan.bytes / 65536);
const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: threads > 1 });
const loaded = await crew.load(memory);
const p = new WasmProgram(plan, memory.buffer, loaded, () => {});
for (const t of plan.tensors.values())
  if (t.kind === 'parameter')
    p.write(
      t.name,
      Float32Array.from({ length: t.shape.reduce((a, b) => a * b, 1) }, () => (Math.random() - 0.5) * 0.3),
    );
const feeds = (n) =>
  Array.from({ length: n }, (_, i) => ({ [HYPER_INPUT]: hyperAt({ ...runSpecDefaults.optimizer }, 20 + i) }));
await p.run('train', feeds(10));
const ts = [];
for (let i = 0; i < 40; i++) {
  const s = performance.now();
  await p.run('train', feeds(1));
  ts.push(performance.now() - s);
}
ts.sort((a, b) => a - b);
console.log('step ms min/median/max', ts[0].toFixed(1), ts[20].toFixed(1), ts[39].toFixed(1));
for (const name of ['train', 'evaluate']) {
  const f = prog.functions[name];
  const fp = plan.functions.get(name);
  const steps = planSteps(f);
  const rows = steps.map((s, i) => {
    let best = 1e9;
    for (let r = 0; r < 12; r++) {
      const b = performance.now();
      loaded.run(fp.program + i * 64, 1);
      best = Math.min(best, performance.now() - b);
    }
    const shape = (id) => f.graph.node(id).shape.join('x');
    return [
      best,
      `${s.product ? 'matmul' + (s.product.matmul.attributes.transposeA ? ' aT' : '') + (s.product.matmul.attributes.transposeB ? ' bT' : '') + (s.node.op !== 'matmul' ? '+' + s.node.op : '') : s.node.op} ${s.inputs.map(shape).join(' ')} -> ${s.node.shape.join('x')}`,
      s.product
        ? (2 *
            s.product.matmul.shape[0] *
            s.product.matmul.shape[1] *
            f.graph.node(s.product.matmul.inputs[0]).shape[s.product.matmul.attributes.transposeA ? 0 : 1]) /
          best /
          1e6
        : 0,
    ];
  });
  console.log(name, 'sum', rows.reduce((a, r) => a + r[0], 0).toFixed(2), 'ops', rows.length);
  for (const [ms, what, g] of rows)
    if (ms > 0.15) console.log(ms.toFixed(2), what, g ? g.toFixed(0) + ' GF' : '');
}
process.exit(0);
