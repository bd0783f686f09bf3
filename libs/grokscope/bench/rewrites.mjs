// What each rewrite brings to the mainline training step: operations by the cost model, and measured milliseconds.
// Run it with: node libs/grokscope/bench/rewrites.mjs [--json] [--threads N]   (after `npm run build`)
// The losses of all variants are compared before anything is timed.
import { parseArgs } from 'node:util';
import { createWasmEngine } from '@grokscope/engine-wasm';
import { preset } from '@grokscope/experiments';
import { rewriteNames } from '@grokscope/graph';
import { initialWeights, toGraphLayout } from '@grokscope/model';
import { HYPER_INPUT, hyperAt } from '@grokscope/optim';
import { createDataset } from '@grokscope/tasks';
import { buildProgram } from '@grokscope/training';

const { values: args } = parseArgs({
  options: {
    json: { type: 'boolean' },
    threads: { type: 'string', default: '2' },
    repeats: { type: 'string', default: '5' },
  },
});
const spec = preset('mainline');
const { model, optimizer } = spec;
const made = createDataset(spec.task, spec.data);
if (made._tag === 'Left') throw new Error(made.left.message);
const dataset = made.right;

const feeds = (from, n) =>
  Array.from({ length: n }, (_, i) => ({ [HYPER_INPUT]: hyperAt(optimizer, from + i) }));
const meanLoss = ({ loss }) => loss.reduce((a, b) => a + b, 0) / loss.length;

const engine = await createWasmEngine({ threads: Number(args.threads) });
const variants = [];
for (let n = 0; n <= rewriteNames.length; n++) {
  const program = buildProgram(spec, dataset, { rewrites: rewriteNames.slice(0, n) });
  const compiled = await engine.compile(program.functions);
  initialWeights(model, dataset).forEach(({ name, data: values }, i) =>
    compiled.write(name, toGraphLayout(program.parameters[i], values)),
  );
  await compiled.run('train', feeds(0, 5));
  const loss = meanLoss(await compiled.run('evaluate', [{}]));
  variants.push({
    rewrites: n === 0 ? 'none' : `+ ${rewriteNames[n - 1]}`,
    gflop: program.flopsPerStep / 1e9,
    loss,
    compiled,
    ms: Infinity,
  });
}
for (const { rewrites, loss } of variants)
  if (Math.abs(loss / variants[0].loss - 1) > 1e-5)
    throw new Error(`${rewrites}: loss ${loss}, plain ${variants[0].loss}`);

// Round robin, so that a noisy minute harms all alike; the least of the repeats counts.
for (let repeat = 0; repeat < Number(args.repeats); repeat++)
  for (const variant of variants) {
    const start = performance.now();
    await variant.compiled.run('train', feeds(5, 5));
    variant.ms = Math.min(variant.ms, (performance.now() - start) / 5);
  }
await engine.dispose();
const rows = variants.map(({ rewrites, gflop, ms }) => ({ rewrites, gflopPerStep: gflop, msPerStep: ms }));
if (args.json)
  console.log(JSON.stringify({ threads: engine.threads, relaxedSimd: engine.relaxedSimd, rows }, null, 2));
else
  for (const { rewrites, gflopPerStep, msPerStep } of rows)
    console.log(
      `${rewrites.padEnd(20)} ${gflopPerStep.toFixed(3).padStart(7)} GFLOP a step  ${msPerStep.toFixed(1).padStart(6)} ms a step`,
    );
