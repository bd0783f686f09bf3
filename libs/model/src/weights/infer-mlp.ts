import { hasNonZero, shapeIn, type Inferred, type InferredMlp, type SeenTensors } from './inferred.js';

const W_IN = /^mlp\.(?:\d+\.)?W_in$/;
const TABLE = /^embed\.W_(?:[xyz]|\d+)$/;

/**
 * Infers a multilayer perceptron from its tensors: tables of embeddings or none, hidden layers `mlp.W_in` or
 * `mlp.0.W_in` …, W_U; undefined if the tensors are those of another model. The height of the first layer shows how
 * operands are combined; for one-hot operands it is the number of their values, which is assumed to equal the number of
 * answers.
 */
export function inferMlp(tensors: SeenTensors): Inferred<InferredMlp> | undefined {
  const layers = [...tensors.keys()].filter((name) => W_IN.test(name));
  const shapes = (layers.length === 1 ? layers : layers.map((_, layer) => `mlp.${layer}.W_in`)).map((name) =>
    shapeIn(tensors, name, 2),
  );
  if (shapes.length === 0 || shapes.some((shape) => shape === undefined)) return undefined;
  const height = shapes[0]![0];
  const answers = shapeIn(tensors, 'unembed.W_U', 2)?.[1];
  const tables = [...tensors.keys()].filter((name) => TABLE.test(name));
  const isShared = tables.length === 0 && tensors.has('embed.W_E');
  const table = shapeIn(tensors, isShared ? 'embed.W_E' : (tables[0] ?? ''), 2);
  const width = table?.[1] ?? answers;
  const values = table?.[0] ?? answers;
  const isAdded = height === width;
  // Added operands with one table, or one-hot, can be any number; most tasks have two.
  const count = tables.length > 0 ? tables.length : isAdded ? 2 : height / (width ?? NaN);
  const isClear = Number.isInteger(count) && (isAdded || height === count * (width ?? NaN));
  // If tensors do not fit each other, none of their widths is reliable.
  const reads = [...shapes.slice(1).map((shape) => shape![0]), shapeIn(tensors, 'unembed.W_U', 2)?.[0]];
  const isChain = shapes.every((shape, layer) => shape![1] === reads[layer]);
  const hasBiases = hasNonZero(tensors, /(^|\.)b_(in|U)$/);
  return {
    model: {
      kind: 'mlp',
      ...(table ? { input: 'embedding', dEmbed: table[1], sharedEmbedding: isShared } : { input: 'oneHot' }),
      ...(isClear ? { combine: isAdded ? 'add' : 'concatenate' } : {}),
      ...(isChain ? { hidden: shapes.map((shape) => shape![1]) } : {}),
      ...(hasBiases ? { biases: 'all' } : {}),
    },
    task: isClear && values !== undefined ? { operands: { count, values } } : {},
  };
}
