// The program of the modular-addition run and its initial values, for profiling an engine
// (libs/engine-wasm/bench/step.mjs). Options, read from the command line: --p 113, --layers 1.
import { parseArgs } from 'node:util';
import { initialWeights, toGraphLayout } from '@grokscope/model';
import { hyperAt, HYPER_INPUT } from '@grokscope/optim';
import { runSpecDefaults } from '@grokscope/schema';
import { createDataset } from '@grokscope/tasks';
import { buildProgram } from '@grokscope/training';

const { values: options } = parseArgs({
  options: { p: { type: 'string', default: '113' }, layers: { type: 'string', default: '1' } },
  strict: false,
});
const dataset = createDataset({ kind: 'modularAddition', p: Number(options.p) }, runSpecDefaults.data);
if (dataset._tag === 'Left') throw new Error(JSON.stringify(dataset.left));
const model = { ...runSpecDefaults.model, nLayers: Number(options.layers) };
const program = buildProgram({ ...runSpecDefaults, model }, dataset.right);
const weights = initialWeights(model, dataset.right);

/** Functions by name: `train`, `evaluate`. */
export const functions = program.functions;

/** Values of persistent tensors by name. */
export const values = Object.fromEntries([
  ...program.parameters.map((info, i) => [info.name, toGraphLayout(info, weights[i].data)]),
  [HYPER_INPUT, hyperAt(runSpecDefaults.optimizer, 0)],
]);
