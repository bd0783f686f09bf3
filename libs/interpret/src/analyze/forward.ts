import type { Engine, Values } from '@grokscope/engine';
import { functionFlops, Graph, rewrite } from '@grokscope/graph';
import type { NamedTensor } from '@grokscope/model';
import { buildForward, parameters, toGraphLayout } from '@grokscope/model';
import type { Dataset } from '@grokscope/tasks';

/** A model's description as the model's own room takes it. */
export type ModelSpec = Parameters<typeof buildForward>[1];

/** The examples of a forward pass. */
export type Examples = Pick<
  Dataset,
  'dVocab' | 'dVocabOut' | 'nCtx' | 'nExamples' | 'tokens' | 'scoredPositions' | 'nScored' | 'positionsVary'
>;

/** [N·nScored] the rows of the residual stream [N·nCtx, dModel] that are scored. */
const scoredRowsOf = ({ nExamples, nCtx, nScored, positionsVary, scoredPositions }: Examples): Int32Array =>
  Int32Array.from(
    { length: nExamples * nScored },
    (_, i) => Math.floor(i / nScored) * nCtx + scoredPositions[positionsVary ? i : i % nScored],
  );

/**
 * Logits and named activations of examples, computed on an engine; float64 on the reference engine.
 *
 * @param names activations to hand out besides the logits, by TransformerLens names. Throws for one the model lacks.
 * @returns `logits` [N·nScored, dVocabOut] and the activations, [N·nCtx, width] each.
 */
export async function forwardOn(
  engine: Engine,
  model: ModelSpec,
  dataset: Examples,
  weights: readonly NamedTensor[],
  names: readonly string[] = [],
): Promise<Readonly<Record<string, Values>>> {
  const graph = new Graph();
  const { nExamples, tokens } = dataset;
  const { logits, activations } = buildForward(graph, model, dataset, {
    nExamples,
    tokens,
    scored: scoredRowsOf(dataset),
  });
  const missing = names.find((name) => !Object.hasOwn(activations, name));
  if (missing !== undefined) throw new Error(`the model has no activation ${missing}`);
  const outputs = { logits, ...Object.fromEntries(names.map((name) => [name, activations[name]])) };
  const f = rewrite({ graph, outputs, updates: [] }, functionFlops).function;
  const program = await engine.compile({ forward: f });
  try {
    const byName = new Map(weights.map(({ name, data }) => [name, data]));
    for (const info of parameters(model, dataset))
      program.write(info.name, toGraphLayout(info, byName.get(info.name)!));
    return await program.run('forward', [{}]);
  } finally {
    await program.dispose();
  }
}
