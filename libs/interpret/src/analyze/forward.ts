import type { Engine, Values } from '@grokscope/engine';
import { functionFlops, Graph, rewrite } from '@grokscope/graph';
import type { ModelParts, NamedTensor } from '@grokscope/model';
import { buildForward, modelOf, parameters, toGraphLayout } from '@grokscope/model';
import type { Dataset } from '@grokscope/tasks';

/** A model's description as the model's own room takes it. */
export type ModelSpec = Parameters<typeof buildForward>[1];

/** The examples of a forward pass. */
export type Examples = Pick<
  Dataset,
  'dVocab' | 'dVocabOut' | 'nCtx' | 'nExamples' | 'tokens' | 'scoredPositions' | 'nScored' | 'positionsVary'
>;

/** [N·nScored] the rows of the residual stream [N·nCtx, dModel] that are scored. */
export const scoredRowsOf = ({
  nExamples,
  nCtx,
  nScored,
  positionsVary,
  scoredPositions,
}: Examples): Int32Array =>
  Int32Array.from(
    { length: nExamples * nScored },
    (_, i) => Math.floor(i / nScored) * nCtx + scoredPositions[positionsVary ? i : i % nScored],
  );

/**
 * Logits and named activations of examples, computed on an engine; float64 on the reference engine.
 *
 * @param parts where to look up the model and its nonlinearity; default: the built-in ones
 * @param names activations to return besides the logits, by TransformerLens names. Throws for one the model lacks.
 * @returns `logits` [N·nScored, dVocabOut] and the activations, [N·nCtx, width] each.
 */
export async function forwardOn(
  engine: Engine,
  model: ModelSpec,
  dataset: Examples,
  weights: readonly NamedTensor[],
  names: readonly string[] = [],
  parts?: ModelParts,
): Promise<Readonly<Record<string, Values>>> {
  const graph = new Graph();
  const { nExamples, tokens } = dataset;
  const batch = { nExamples, tokens, scored: scoredRowsOf(dataset) };
  const { logits, activations } = buildForward(graph, model, dataset, batch, parts);
  const missing = names.find((name) => !Object.hasOwn(activations, name));
  if (missing !== undefined) throw new Error(`the model has no activation ${missing}`);
  const outputs = { logits, ...Object.fromEntries(names.map((name) => [name, activations[name]])) };
  const f = rewrite({ graph, outputs, updates: [] }, functionFlops).function;
  const program = await engine.compile({ forward: f });
  try {
    const byName = new Map(weights.map(({ name, data }) => [name, data]));
    for (const info of parameters(model, dataset, parts?.models))
      program.write(info.name, toGraphLayout(info, byName.get(info.name)!));
    return await program.run('forward', [{}]);
  } finally {
    await program.dispose();
  }
}

/** Intermediate values of a chunk of examples: 128 MiB in float64. */
const CHUNK_VALUES = 2 ** 24;

/** [N·nScored, dVocabOut] the logits of all examples, computed in chunks if the examples are long. */
export async function logitsOn(
  engine: Engine,
  model: ModelSpec,
  dataset: Examples,
  weights: readonly NamedTensor[],
  parts?: ModelParts,
): Promise<Values> {
  const logitsOf = async (some: Examples): Promise<Values> =>
    (await forwardOn(engine, model, some, weights, [], parts)).logits;
  const { nExamples, nScored, dVocabOut } = dataset;
  const perExample = modelOf(model, parts?.models).values(model, dataset).evaluated;
  const most = Math.max(1, Math.floor(CHUNK_VALUES / perExample));
  if (nExamples <= most) return logitsOf(dataset);
  const all = new Float64Array(nExamples * nScored * dVocabOut);
  for (let from = 0; from < nExamples; from += most) {
    const some = examplesBetween(dataset, from, Math.min(from + most, nExamples));
    all.set(await logitsOf(some), from * nScored * dVocabOut);
  }
  return all;
}

/** The examples `from` … `to` − 1. */
export const examplesBetween = (
  { tokens, scoredPositions, ...rest }: Examples,
  from: number,
  to: number,
): Examples => ({
  ...rest,
  nExamples: to - from,
  tokens: tokens.subarray(from * rest.nCtx, to * rest.nCtx),
  scoredPositions: rest.positionsVary
    ? scoredPositions.subarray(from * rest.nScored, to * rest.nScored)
    : scoredPositions,
});
