import { createRandom } from '@grokscope/base';
import type { Engine } from '@grokscope/engine';
import { differentiate, Graph, ops } from '@grokscope/graph';
import { buildForward, parameters, toGraphLayout } from '@grokscope/model';
import { selectRows, type Reals } from '../numerics/numbers.js';
import type { TrainedNetwork } from '../curvature/landscape.js';
import type { PairExamples } from './examples.js';
import { scoredRowsOf } from './forward.js';

/** The gradients of one logit for each triple with respect to the embeddings of both operands, [triples, width] each. */
export interface InputGradients {
  readonly first: Reals;
  readonly second: Reals;
  readonly width: number;
}

/** Up to so many triples all are taken; of more so many are drawn. */
const MOST_TRIPLES = 8192;
const SEED = 0;

/**
 * The gradient of the logit of c with respect to the embeddings of a and of b in the example (a, b), for triples (a, b, c):
 * all there are, or 8,192 drawn by a fixed seed. The network must read embeddings (`hook_embed`).
 */
export async function inputGradients(
  engine: Engine,
  { model, dataset, weights, parts }: TrainedNetwork,
  { classes }: PairExamples,
): Promise<InputGradients> {
  const { example, answer } = triples(dataset.nExamples, classes);
  const { nCtx, dVocabOut } = dataset;
  const tokens = new Int32Array(example.length * nCtx);
  example.forEach((e, i) => tokens.set(dataset.tokens.subarray(e * nCtx, (e + 1) * nCtx), i * nCtx));
  const nExamples = example.length;
  const graph = new Graph();
  const scored = scoredRowsOf({ ...dataset, nExamples });
  const { logits, activations } = buildForward(graph, model, dataset, { nExamples, tokens, scored }, parts);
  const wanted = new Float32Array(nExamples * dVocabOut);
  answer.forEach((c, i) => (wanted[i * dVocabOut + c] = 1));
  const picked = ops.mean(ops.multiply(logits, graph.constant(wanted, [nExamples, dVocabOut])));
  const together = activations['hook_embed'];
  const inputs = together ? [together] : [activations['hook_embed.0'], activations['hook_embed.1']];
  const outputs = Object.fromEntries(differentiate(picked, inputs).map((d, at) => [`d${at}`, d]));
  const program = await engine.compile({ gradients: { graph, outputs, updates: [] } });
  try {
    const byName = new Map(weights.map(({ name, data }) => [name, data]));
    for (const info of parameters(model, dataset, parts?.models))
      program.write(info.name, toGraphLayout(info, byName.get(info.name)!));
    const { d0, d1 } = await program.run('gradients', [{}]);
    if (!together) return { first: d0, second: d1, width: d0.length / nExamples };
    const width = d0.length / (nExamples * nCtx);
    const rowsAt = (position: number): Int32Array =>
      Int32Array.from({ length: nExamples }, (_, i) => i * nCtx + position);
    return { first: selectRows(d0, width, rowsAt(0)), second: selectRows(d0, width, rowsAt(1)), width };
  } finally {
    await program.dispose();
  }
}

function triples(nExamples: number, classes: number): { example: Int32Array; answer: Int32Array } {
  const all = nExamples * classes;
  const random = createRandom(SEED).split('triples');
  const chosen =
    all <= MOST_TRIPLES
      ? Int32Array.from({ length: all }, (_, i) => i)
      : Int32Array.from({ length: MOST_TRIPLES }, () => Math.floor(random.nextFloat() * all));
  return {
    example: chosen.map((i) => Math.floor(i / classes)),
    answer: chosen.map((i) => i % classes),
  };
}
