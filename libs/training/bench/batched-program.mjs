// The programs of systems with batches of longer sequences and their initial values, for profiling an engine
// (libs/engine-wasm/bench/step.mjs). Option, read from the command line: --system induction (85 tokens, 2 layers
// without MLP) or digits (18 tokens).
import { parseArgs } from 'node:util';
import { initialWeights, toGraphLayout } from '@grokscope/model';
import { hyperAt, HYPER_INPUT } from '@grokscope/optim';
import { decodeRunSpec } from '@grokscope/parts';
import { createDataset } from '@grokscope/tasks';
import { buildProgram } from '@grokscope/training';

const TASKS = { induction: 'repeatedSubsequence', digits: 'digitAddition' };
const { values: options } = parseArgs({
  options: { system: { type: 'string', default: 'induction' } },
  strict: false,
});
const kind = TASKS[options.system];
if (!kind) throw new Error(`--system ${options.system}: allowed are ${Object.keys(TASKS).join(', ')}`);

const right = (either) => {
  if (either._tag === 'Left') throw new Error(JSON.stringify(either.left));
  return either.right;
};
const spec = right(decodeRunSpec({ task: { kind } }));
const dataset = right(createDataset(spec.task, spec.data));
const program = buildProgram(spec, dataset);
const weights = initialWeights(spec.model, dataset);

/** Functions by name: `train`, `evaluate`. */
export const functions = program.functions;

/** Values of persistent tensors by name. */
export const values = {
  ...Object.fromEntries(
    program.parameters.map((info, i) => [info.name, toGraphLayout(info, weights[i].data)]),
  ),
  ...program.batchAt(0),
  ...program.evaluation.feeds[0],
  [HYPER_INPUT]: hyperAt(spec.optimizer, 0),
};
