// The programs of systems with batches of longer sequences and the values they start from, for profiles of an engine
// (libs/engine-wasm/bench/step.mjs). Tokens are drawn at random: speed does not depend on them.
// Option, read from the command line: --system induction (85 tokens, 2 layers without MLP) or digits (18 tokens).
import { parseArgs } from 'node:util';
import { createRandom } from '@grokscope/base';
import { Graph } from '@grokscope/graph';
import { initialWeights, parameters, scoredRows, toGraphLayout } from '@grokscope/model';
import { hyperAt, HYPER_INPUT } from '@grokscope/optim';
import { runSpecDefaults } from '@grokscope/schema';
import { lossFunction, stepFunction } from '@grokscope/training';

const { model: defaults, optimizer } = runSpecDefaults;
const SYSTEMS = {
  induction: {
    model: { ...defaults, nLayers: 2, dModel: 48, nHeads: 4, dHead: 12, dMlp: 0 },
    task: { dVocab: 128, dVocabOut: 128, nCtx: 85 },
    nExamples: 128,
    nScored: 30,
  },
  digits: {
    model: defaults,
    task: { dVocab: 12, dVocabOut: 12, nCtx: 18 },
    nExamples: 64,
    nScored: 6,
    positions: Int32Array.of(11, 12, 13, 14, 15, 16),
  },
};
const { values: options } = parseArgs({
  options: { system: { type: 'string', default: 'induction' } },
  strict: false,
});
const system = SYSTEMS[options.system];
if (!system) throw new Error(`--system ${options.system}: allowed are ${Object.keys(SYSTEMS).join(', ')}`);

const { model, task, nExamples, nScored, positions } = system;
const rows = nExamples * nScored;
const graph = new Graph();
const batch = {
  nExamples,
  tokens: graph.input('tokens', [nExamples * task.nCtx], 'i32'),
  scored: positions ? scoredRows(nExamples, task.nCtx, positions) : graph.input('scored', [rows], 'i32'),
};
const loss = lossFunction(graph, model, task, batch, graph.input('labels', [rows], 'i32'));
const infos = parameters(model, task);
const random = createRandom(1);
const draw = (length, below) => Int32Array.from({ length }, () => random.nextBelow(below));

/** Functions by name: `train`. */
export const functions = { train: stepFunction(loss, infos).step };

/** Values of persistent tensors by name. */
export const values = {
  ...Object.fromEntries(
    initialWeights(model, task).map(({ name, data }, i) => [name, toGraphLayout(infos[i], data)]),
  ),
  tokens: draw(nExamples * task.nCtx, task.dVocab),
  labels: draw(rows, task.dVocabOut),
  ...(positions
    ? {}
    : {
        scored: draw(rows, task.nCtx - 1).map(
          (position, i) => Math.floor(i / nScored) * task.nCtx + position,
        ),
      }),
  [HYPER_INPUT]: hyperAt(optimizer, 0),
};
