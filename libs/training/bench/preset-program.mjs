// The program of any preset and the values it starts from, for profiles of an engine (libs/engine-wasm/bench/step.mjs).
// Option, read from the command line: --preset cyclic.
import { parseArgs } from 'node:util';
import { initialWeights, toGraphLayout } from '@grokscope/model';
import { hyperAt, HYPER_INPUT } from '@grokscope/optim';
import { builtIn, datasetOf, decodeRunSpec } from '@grokscope/parts';
import { presetsOf } from '@grokscope/schema';
import { buildProgram } from '@grokscope/training';

const { values: options } = parseArgs({
  options: { preset: { type: 'string', default: 'cyclic' } },
  strict: false,
});
const found = presetsOf(builtIn).find(({ name }) => name === options.preset);
if (!found) throw new Error(`--preset ${options.preset}: there is no such preset`);

const right = (either) => {
  if (either._tag === 'Left') throw new Error(JSON.stringify(either.left));
  return either.right;
};
const spec = right(decodeRunSpec(found.spec));
const dataset = right(datasetOf(spec));
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
  [HYPER_INPUT]: hyperAt(spec.optimizer, 0, spec.training.steps),
};
