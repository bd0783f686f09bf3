import { existsSync, readFileSync } from 'node:fs';
import { createReferenceEngine, type Engine } from '@grokscope/engine';
import { normError } from '@grokscope/engine/testing';
import { createWasmEngine } from '@grokscope/engine-wasm';
import { preset } from '@grokscope/experiments';
import { decodeSafetensors } from '@grokscope/formats';
import { Graph, rewrite } from '@grokscope/graph';
import {
  buildForward,
  decodeWeights,
  parameters,
  scoredRows,
  toGraphLayout,
  type NamedTensor,
} from '@grokscope/model';
import { createDataset, type Dataset } from '@grokscope/tasks';
import { isSnapshot, train } from '@grokscope/training';
import { firstValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';

// Weights that the authors of "Progress measures for grokking via mechanistic interpretability" published
// (weight decay 0.1, split seed 1, 30 % of the pairs), renamed to TransformerLens names. Not part of this project.
const FILE = new URL('../../../../../shared/reference/nanda-wd0.1-seed1.safetensors', import.meta.url);
const present = existsSync(FILE);
if (!present) console.log('skipped: the published network is not beside the project (../shared/reference)');

const mainline = preset('mainline');
const spec = { ...mainline, data: { ...mainline.data, splitSeed: 1 } };

function dataset(): Dataset {
  const made = createDataset(spec.task, spec.data);
  if (made._tag === 'Left') throw new Error(made.left.message);
  return made.right;
}

function published(data: Dataset): readonly NamedTensor[] {
  const file = decodeSafetensors(readFileSync(FILE));
  if (file._tag === 'Left') throw new Error(JSON.stringify(file.left));
  const weights = decodeWeights(file.right.tensors, spec.model, data);
  if (weights._tag === 'Left') throw new Error(weights.left.map((e) => e.message).join('\n'));
  return weights.right;
}

/** Cross-entropy of one row in float64, over the first `classes` logits. */
function lossOf(
  logits: ArrayLike<number>,
  row: number,
  width: number,
  classes: number,
  label: number,
): number {
  let others = 0;
  for (let i = 0; i < classes; i++)
    if (i !== label) others += Math.exp(logits[row * width + i] - logits[row * width + label]);
  return Math.log1p(others);
}

describe.runIf(present)('the published network', () => {
  it('has its published losses: the split, the token order and the forward pass are theirs', async () => {
    const data = dataset();
    const graph = new Graph();
    const { logits } = buildForward(graph, spec.model, data, {
      ...data,
      scored: scoredRows(data.nExamples, data.nCtx, data.scoredPositions),
    });
    const f = rewrite({ graph, outputs: { logits }, updates: [] }).function;
    const program = await createReferenceEngine().compile({ f });
    const infos = parameters(spec.model, data);
    published(data).forEach(({ name, data: values }, i) =>
      program.write(name, toGraphLayout(infos[i], values)),
    );
    const got = (await program.run('f', [{}])).logits;
    const mean = (rows: Int32Array): number =>
      rows.reduce((sum, row) => sum + lossOf(got, row, data.dVocabOut, 113, data.labels[row]), 0) /
      rows.length;
    // Recomputed in float64 from these weights by two independent programs, "=" dropped.
    expect(mean(data.trainIndices).toPrecision(6)).toBe('9.20242e-9');
    expect(mean(data.testIndices).toPrecision(6)).toBe('4.98838e-7');
  });

  it('trained three steps more, comes out the same on the wasm engine as in float64', async () => {
    const data = dataset();
    const weights = published(data);
    const three = { ...spec, training: { ...spec.training, steps: 3 } };
    const final = async (engine: Engine) => {
      const deps = { engine, dataset: data, runId: 'three', why: 'a test', initialWeights: weights };
      const items = await firstValueFrom(train(three, deps).pipe(toArray()));
      await engine.dispose();
      return {
        weights: items.filter(isSnapshot).at(-1)!.weights,
        ended: items.at(-1) as { finalTrainLoss: number },
      };
    };
    const got = await final(await createWasmEngine({ threads: 2 }));
    const want = await final(createReferenceEngine());
    want.weights.forEach(({ name, data: values }, i) => {
      expect(normError(got.weights[i].data, values), name).toBeLessThan(1e-5);
    });
    const { finalTrainLoss } = want.ended;
    expect(Math.abs(got.ended.finalTrainLoss - finalTrainLoss)).toBeLessThan(1e-5 * finalTrainLoss);
  }, 300_000);
});
