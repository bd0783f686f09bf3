// Memory over many training steps of the mainline model: it must stay flat.
// Run it with: node --expose-gc libs/grokscope/bench/memory.mjs [--steps 5000] [--threads 2]   (after `npm run build`)
import { parseArgs } from 'node:util';
import { createWasmEngine } from '@grokscope/engine-wasm';
import { preset } from '@grokscope/experiments';
import { createDataset } from '@grokscope/tasks';
import { train } from '@grokscope/training';

const { values: args } = parseArgs({
  options: { steps: { type: 'string', default: '5000' }, threads: { type: 'string', default: '2' } },
});
const mainline = preset('mainline');
const steps = Number(args.steps);
const spec = {
  ...mainline,
  training: { ...mainline.training, steps },
  observe: { ...mainline.observe, metricsEvery: 500 },
};
const made = createDataset(spec.task, spec.data);
if (made._tag === 'Left') throw new Error(made.left.message);
const engine = await createWasmEngine({ threads: Number(args.threads) });
const mebibytes = (bytes) => (bytes / 2 ** 20).toFixed(1).padStart(7);

console.log('  step   resident MiB   JS heap MiB   buffers MiB');
train(spec, { engine, dataset: made.right, runId: 'memory', why: 'asked for' }).subscribe({
  next(item) {
    if (item.type !== 'metrics') return;
    globalThis.gc?.();
    const { rss, heapUsed, external } = process.memoryUsage();
    console.log(
      `${String(item.step).padStart(6)}   ${mebibytes(rss)}        ${mebibytes(heapUsed)}       ${mebibytes(external)}`,
    );
  },
  complete: () => engine.dispose(),
});
