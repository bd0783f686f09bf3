import { createReferenceEngine } from '@grokscope/engine';
import { resolveRunSpec } from '@grokscope/experiments';
import { forwardOn } from '@grokscope/interpret';
import {
  decodeWeights,
  fileTensors,
  inferModel,
  isInferredMlp,
  type Inferred,
  type InferredModel,
  type NamedTensor,
  type RawTensors,
} from '@grokscope/model';
import { datasetOf, builtIn, type FullCatalogue } from '@grokscope/parts';
import type { RunSpec, RunSpecInput } from '@grokscope/schema';
import { kindsOf } from '@grokscope/schema';
import type { Dataset } from '@grokscope/tasks';
import * as E from 'fp-ts/lib/Either.js';

/** A spec made from weights alone, and how it was made. */
export interface InferredSpec {
  readonly input: RunSpecInput;
  /** What was inferred and what was assumed, each as a sentence without its full stop. */
  readonly why: readonly string[];
}

/** The tasks that are distinguished by a network's answers: those of pairs of numbers, which a modulus p determines. */
const kindsTold = ({ tasks }: FullCatalogue): readonly string[] =>
  kindsOf(tasks.filter(({ parameters }) => Object.keys(parameters).join() === 'p'));
/** The number of pairs that the network answers to distinguish the tasks. */
const SAMPLE = 300;
/** The share of right answers that identifies a task. */
const RECOGNISED = 0.5;

/**
 * Returns the spec of weights that do not record how they were trained: the model from the names and shapes of its
 * tensors (and whether biases are 0), the modulus from its tokens or operands, the task from its answers. The split
 * cannot be known; the default is assumed.
 *
 * @returns Left: what is known and what is not, in words.
 */
export async function inferSpec(
  tensors: RawTensors,
  catalogue: FullCatalogue = builtIn,
): Promise<E.Either<string, InferredSpec>> {
  const found = inferModel(fileTensors(tensors).tensors);
  const { model } = found;
  const sizes = Object.entries(model).map(([key, value]) => `${key} ${said(value)}`);
  if (!isWhole(model)) {
    const has = sizes.length === 0 ? 'nothing' : `only ${sizes.join(', ')}`;
    return E.left(`its names and shapes tell ${has} of its model (wanted are those of TransformerLens)`);
  }
  const p = modulusOf(found);
  if (p === undefined) {
    const of = isInferredMlp(model) ? operandsSaid(found) : tokensSaid(found);
    return E.left(
      `its task cannot be inferred: the model has ${sizes.join(', ')}, ${of}, which are no pairs of numbers`,
    );
  }
  const known = [
    `inferred from names and shapes: ${sizes.join(', ')}`,
    `assumed: actFn relu, which no shape reveals`,
  ];
  const kinds = kindsTold(catalogue);
  const guesses = await Promise.all(
    kinds.map((kind) => rightAnswers({ task: { kind, p }, model }, tensors, catalogue)),
  );
  const best = guesses.reduce((at, share, i) => (share > guesses[at] ? i : at), 0);
  const kind = guesses[best] >= RECOGNISED ? kinds[best] : kinds[0];
  const share = `${Math.round(100 * guesses[best])} % of ${SAMPLE} pairs`;
  const why =
    guesses[best] >= RECOGNISED
      ? `inferred from its answers: ${kind} mod ${p} (right on ${share})`
      : `assumed: ${kind} mod ${p}, because for every task tried fewer than half of its answers are right`;
  return E.right({ input: { task: { kind, p }, model }, why: [...known, why] });
}

const isWhole = (model: InferredModel): boolean =>
  isInferredMlp(model)
    ? model.hidden !== undefined && model.combine !== undefined
    : (['nLayers', 'dModel', 'nHeads', 'dHead', 'dMlp'] as const).every((key) => model[key] !== undefined);

const said = (value: unknown): string => (Array.isArray(value) ? `[${value.join(', ')}]` : String(value));

/** The p of the pairs mod p that a network has as its tokens or operands; undefined if it has none. */
function modulusOf({ model, task: { dVocab = 0, nCtx, operands } }: Inferred): number | undefined {
  const p = isInferredMlp(model)
    ? operands?.count === 2
      ? operands.values
      : 0
    : nCtx === 3
      ? dVocab - 1
      : 0;
  return p > 2 ? p : undefined;
}

const tokensSaid = ({ task: { dVocab, nCtx } }: Inferred): string =>
  `${dVocab ?? '?'} tokens and ${nCtx ?? '?'} positions`;

const operandsSaid = ({ task: { operands } }: Inferred): string =>
  `${operands?.count ?? '?'} operands of ${operands?.values ?? '?'} values`;

/**
 * The share of a sample of pairs that the weights answer as the task requires; 0 if they cannot be read or the task has
 * no pairs.
 */
async function rightAnswers(
  input: RunSpecInput,
  tensors: RawTensors,
  catalogue: FullCatalogue,
): Promise<number> {
  const spec = resolveRunSpec(input, catalogue);
  if (E.isLeft(spec)) return 0;
  const made = datasetOf(spec.right, catalogue);
  if (E.isLeft(made)) return 0;
  const weights = decodeWeights(tensors, spec.right.model, made.right);
  return E.isLeft(weights) ? 0 : accuracyOn(spec.right, sampleOf(made.right), weights.right);
}

async function accuracyOn(
  { model }: RunSpec,
  sample: Dataset,
  weights: readonly NamedTensor[],
): Promise<number> {
  const engine = createReferenceEngine();
  try {
    const { logits } = await forwardOn(engine, model, sample, weights);
    const { nExamples, dVocabOut, labels, operands } = sample;
    const answers = operands?.answers ?? dVocabOut;
    let right = 0;
    for (let e = 0; e < nExamples; e++) {
      const row = logits.subarray(e * dVocabOut, e * dVocabOut + answers);
      if (row.every((x) => x <= row[labels[e]])) right += 1;
    }
    return right / nExamples;
  } finally {
    await engine.dispose();
  }
}

/** Examples spread over the whole table. */
function sampleOf(dataset: Dataset): Dataset {
  const { nExamples, nCtx, tokens, labels } = dataset;
  const count = Math.min(SAMPLE, nExamples);
  const chosen = Array.from({ length: count }, (_, i) => Math.floor((i * nExamples) / count));
  return {
    ...dataset,
    nExamples: count,
    tokens: Int32Array.from(chosen.flatMap((e) => [...tokens.subarray(e * nCtx, (e + 1) * nCtx)])),
    labels: Int32Array.from(chosen, (e) => labels[e]),
  };
}
