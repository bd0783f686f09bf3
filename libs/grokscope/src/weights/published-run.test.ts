import { existsSync, readFileSync } from 'node:fs';
import { createReferenceEngine, type Engine, type Values } from '@grokscope/engine';
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
import { HYPER_INPUT, hyperAt } from '@grokscope/optim';
import { createDataset, type Dataset } from '@grokscope/tasks';
import { buildProgram } from '@grokscope/training';
import { describe, expect, it } from 'vitest';

// Weights that the authors of "Progress measures for grokking via mechanistic interpretability" published
// (weight decay 0.1, split seed 1, 30 % of the pairs), renamed to TransformerLens names. Not part of this project.
const FILE = new URL('../../../../../shared/reference/nanda-wd0.1-seed1.safetensors', import.meta.url);
const present = existsSync(FILE);
if (!present) console.log('skipped: the published network is not beside the project (../shared/reference)');

/** The output of `evaluate` that holds the loss of every example. */
const LOSSES = 'loss';

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
    const { functions, parameters: infos, batchAt, evaluation } = buildProgram(spec, data);
    // The program of a run without the measures of its inside, which take a minute in plain loops.
    const final = async (engine: Engine): Promise<ReadonlyMap<string, Values>> => {
      const program = await engine.compile(functions);
      infos.forEach((info, i) => program.write(info.name, toGraphLayout(info, weights[i].data)));
      for (const step of [0, 1, 2]) {
        const hyper = hyperAt(spec.optimizer, step, spec.training.steps);
        await program.run('train', [{ ...batchAt(step), [HYPER_INPUT]: hyper }]);
      }
      const found = new Map<string, Values>();
      for (const { name } of infos) found.set(name, await program.read(name));
      expect(evaluation.feeds).toHaveLength(1);
      found.set(LOSSES, (await program.run('evaluate', evaluation.feeds))[LOSSES]);
      await engine.dispose();
      return found;
    };
    const got = await final(await createWasmEngine({ threads: 2 }));
    const want = await final(createReferenceEngine());
    for (const { name } of infos) {
      expect(normError(got.get(name)!, want.get(name)!), name).toBeLessThan(1e-5);
    }
    const trainLoss = (found: ReadonlyMap<string, Values>): number =>
      data.trainIndices.reduce((sum, i) => sum + found.get(LOSSES)![i], 0) / data.trainIndices.length;
    expect(trainLoss(want)).toBeLessThan(1e-7);
    expect(Math.abs(trainLoss(got) / trainLoss(want) - 1)).toBeLessThan(1e-5);
  }, 300_000);
});
