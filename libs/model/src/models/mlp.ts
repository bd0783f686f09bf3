import { ops, type Tensor } from '@grokscope/graph';
import type { ModelSpec } from '@grokscope/schema';
import { integer, listOf, numberAbove, oneOf, trueOrFalse, withDefault } from '@grokscope/schema';
import type { ForwardInputs, Model, TaskDimensions } from '../model.js';
import { parameter, type ParameterInfo } from '../tensor.js';
import { gatherOperand, needsOperands, operandsOf, rowsFrom } from './batch.js';
import { mlpWords } from './mlp-words.js';
import { namesOf } from './tensor-names.js';

/** The multilayer perceptron on the operands of an example. */
export type MlpSpec = {
  readonly kind: 'mlp';
  /** `oneHot`: each operand is a one-hot vector; `embedding`: each is a trained vector. */
  readonly input: 'oneHot' | 'embedding';
  /** Width of an embedding; unused with `oneHot`. */
  readonly dEmbed: number;
  /** Whether all operands share one table of embeddings. */
  readonly sharedEmbedding: boolean;
  /** How operands are combined: side by side, or as a sum. */
  readonly combine: 'concatenate' | 'add';
  /** The widths of the hidden layers, from the input on. */
  readonly hidden: readonly number[];
  /** `all`: for hidden layers and logits. */
  readonly biases: 'none' | 'all';
  readonly actFn: string;
  /** Factor on the standard deviation of every initial weight. */
  readonly initScale: number;
  readonly seed: number;
};

/** Whether a model is a multilayer perceptron. */
export const isMlp = (model: ModelSpec | MlpSpec): model is MlpSpec => model.kind === 'mlp';

const of = (model: ModelSpec): MlpSpec => model as MlpSpec;

/**
 * A multilayer perceptron: operands as one-hot or embedded vectors, side by side or added; hidden layers; logits over the
 * answers. Weights start N(0,1)·initScale/√fan-in, embeddings N(0,1)·initScale/√dEmbed, biases at 0.
 * Source: Chughtai et al., arXiv:2302.03025 (embedded, concatenated, one hidden layer of 128); Gromov, arXiv:2301.02679
 * (one-hot, quadratic).
 */
export const mlp: Model = {
  kind: 'mlp',
  parameters: (actFn) => ({
    input: withDefault(oneOf('embedding', 'oneHot'), 'embedding'),
    dEmbed: withDefault(integer(1, 8192), 256),
    sharedEmbedding: withDefault(trueOrFalse(), false),
    combine: withDefault(oneOf('concatenate', 'add'), 'concatenate'),
    hidden: withDefault(listOf(integer(1, 32768), 1, 16, 'integers from 1 to 32768'), [128]),
    biases: withDefault(oneOf('none', 'all'), 'none'),
    actFn: withDefault(actFn, 'relu'),
    initScale: withDefault(numberAbove(0), 1),
    seed: withDefault(integer(0), 0),
  }),
  tensorNames: namesOf(tensors),
  words: mlpWords,
  outputs: (_, task) => operandsOf(task).answers,
  whyNot: (_, task) => needsOperands(task, 'kind', 'transformer'),
  tensors,
  forward,
  values: (model, { operands, dVocabOut }) => {
    const { dEmbed, hidden, input } = of(model);
    const embedded = input === 'embedding' ? (operands?.count ?? 0) * dEmbed : 0;
    const all = embedded + 2 * hidden.reduce((sum, width) => sum + width, 0) + 2 * dVocabOut;
    return { evaluated: all, trained: all };
  },
};

/** The letters of the first operands; they name the operands' tables. */
const LETTERS = ['x', 'y', 'z'];

/** The names of the table of embeddings of each operand. */
const tableNames = ({ sharedEmbedding }: MlpSpec, count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) =>
    sharedEmbedding ? 'embed.W_E' : `embed.W_${count <= LETTERS.length ? LETTERS[at] : at}`,
  );

const layerName = (layer: number, { hidden }: MlpSpec): string =>
  hidden.length === 1 ? 'mlp' : `mlp.${layer}`;

/** The width of the first layer's input. */
function inputWidth({ input, dEmbed, combine }: MlpSpec, task: TaskDimensions): number {
  const { count, values } = operandsOf(task);
  return (input === 'embedding' ? dEmbed : values) * (combine === 'concatenate' ? count : 1);
}

function tensors(model: ModelSpec, task: TaskDimensions): readonly ParameterInfo[] {
  const spec = of(model);
  const { input, dEmbed, hidden, biases, initScale } = spec;
  const { count, values, answers } = operandsOf(task);
  const hasBiases = biases === 'all';
  const spread = (fanIn: number): number => initScale / Math.sqrt(fanIn);
  const tables = input === 'embedding' ? [...new Set(tableNames(spec, count))] : [];
  const widths = [inputWidth(spec, task), ...hidden];
  return [
    ...tables.map((name) => parameter(name, [values, dEmbed], spread(dEmbed))),
    ...hidden.flatMap((width, layer) => [
      parameter(`${layerName(layer, spec)}.W_in`, [widths[layer], width], spread(widths[layer])),
      ...(hasBiases ? [parameter(`${layerName(layer, spec)}.b_in`, [width], 0)] : []),
    ]),
    parameter('unembed.W_U', [widths.at(-1)!, answers], spread(widths.at(-1)!)),
    ...(hasBiases ? [parameter('unembed.b_U', [answers], 0)] : []),
  ];
}

function forward(model: ModelSpec, { weight, note, activation, task, batch }: ForwardInputs): Tensor {
  const spec = of(model);
  const { input, hidden, biases, combine, actFn } = spec;
  const { count, values } = operandsOf(task);
  const withBias = (x: Tensor, name: string): Tensor => (biases === 'all' ? ops.addRow(x, weight(name)) : x);
  const W_in = weight(`${layerName(0, spec)}.W_in`);
  const width = W_in.shape[0] / (combine === 'concatenate' ? count : 1);
  const names = tableNames(spec, count);
  // One product for each operand instead of one for all side by side: the sum is the same, and rewrites recognise a map
  // of a gathered table.
  const parts = Array.from({ length: count }, (_, at) => {
    const rows = combine === 'concatenate' ? rowsFrom(W_in, at * width, (at + 1) * width) : W_in;
    if (input === 'oneHot') return gatherOperand(rowsFrom(rows, 0, values), at, batch, task);
    const embedded = note(`hook_embed.${at}`, gatherOperand(weight(names[at]), at, batch, task));
    return ops.matmul(embedded, rows);
  });
  let x = parts.reduce((sum, part) => ops.add(sum, part));
  hidden.forEach((_, layer) => {
    const name = layerName(layer, spec);
    if (layer > 0) x = ops.matmul(x, weight(`${name}.W_in`));
    const pre = note(`${name}.hook_pre`, withBias(x, `${name}.b_in`));
    x = note(`${name}.hook_post`, activation(actFn).apply(pre));
  });
  return withBias(ops.matmul(x, weight('unembed.W_U')), 'unembed.b_U');
}
