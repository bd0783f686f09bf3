import { createReferenceEngine } from '@grokscope/engine';
import { initialWeights } from '@grokscope/model';
import { runSpecDefaults } from '@grokscope/schema';
import { createDataset, type Dataset } from '@grokscope/tasks';
import { describe, expect, it } from 'vitest';
import { analyze } from '../analyze/analyze.js';
import type { Examples } from '../analyze/forward.js';
import { headScoresOf } from '../analyze/sequences.js';
import { inContextScore } from './in-context-score.js';
import { lossByPosition } from './loss-by-position.js';
import type { Look } from './measure.js';

const LENGTH = 20;
const TEXT = Array.from({ length: 2000 }, (_, i) => 'abcde'[(i * i + (i >> 3)) % 5]).join('');

function textOf(length = LENGTH): Dataset {
  const made = createDataset(
    { kind: 'text', file: 't', tokens: 'characters', length },
    { trainExamples: 6, splitSeed: 0, split: 'native' },
    undefined,
    new Map([['t', new TextEncoder().encode(TEXT)]]),
  );
  if (made._tag === 'Left') throw new Error(made.left.message);
  return made.right;
}

/** Logits that leave the loss `lossAt(k)` after k tokens of the windows not trained on, and 0 of all others. */
function lookAt(dataset: Dataset, lossAt: (k: number) => number): Look {
  const { nExamples, nScored, dVocabOut, labels, trainIndices } = dataset;
  const logits = new Float64Array(nExamples * nScored * dVocabOut).fill(-1e3);
  const isTrained = new Set(trainIndices);
  for (let row = 0; row < nExamples * nScored; row++) {
    const loss = isTrained.has(Math.floor(row / nScored)) ? 0 : lossAt((row % nScored) + 1);
    logits[row * dVocabOut + labels[row]] = 0;
    // One other answer: log(1 + e^x) = loss.
    if (loss > 0) logits[row * dVocabOut + ((labels[row] + 1) % dVocabOut)] = Math.log(Math.expm1(loss));
  }
  return { dataset, logits } as unknown as Look;
}

describe('the loss of text by position', () => {
  it('is told after 1, 2, 4, … tokens, of windows not trained on', () => {
    const found = lossByPosition.of(lookAt(textOf(), (k) => 1 / k)) as Record<string, number>;
    expect(Object.keys(found)).toEqual(['1', '2', '4', '8', '16', '20']);
    for (const [k, loss] of Object.entries(found)) expect(loss).toBeCloseTo(1 / Number(k), 10);
  });

  it('makes the in-context score: the last tenth less the tenth around a tenth', () => {
    // Of 20 positions: 19 and 20 less 1 to 3.
    const look = lookAt(textOf(), (k) => 3 - 0.1 * k);
    expect(inContextScore.of(look)).toBeCloseTo(-0.1 * (19.5 - 2), 10);
    expect(inContextScore.of(lookAt(textOf(), () => 2))).toBeCloseTo(0, 10);
  });

  it('is there of no other task, and of no windows that are too short', () => {
    const { whyNot, of } = inContextScore;
    const pairs = createDataset(
      { kind: 'modularAddition', p: 5 },
      { trainFraction: 0.5, splitSeed: 0, split: 'native' },
    );
    if (pairs._tag === 'Left') throw new Error(pairs.left.message);
    expect(whyNot({ dataset: pairs.right } as never)).toMatch(/next token after every one/);
    expect(whyNot({ dataset: textOf(8) } as never)).toMatch(/no early and late ones/);
    expect(of({ dataset: pairs.right } as never)).toBeUndefined();
  });

  it('is in an analysis, with the scores of the heads', async () => {
    const dataset = textOf();
    const model = { ...runSpecDefaults.model, nLayers: 2, dModel: 8, nHeads: 2, dHead: 4, dMlp: 0 };
    const engine = createReferenceEngine();
    const weights = initialWeights(model, dataset);
    const analysis = await analyze({ model, dataset, weights, engine });
    expect(Object.keys(analysis.lossByPosition!)).toHaveLength(6);
    expect(analysis.lossByPosition!['20']).toBeCloseTo(analysis.lossByToken!.at(-1)!.test!, 10);
    expect(analysis.headScores).toHaveLength(4);
    await engine.dispose();
  });
});

it('heads are scored on random tokens that come twice, where the text is asked for them again', async () => {
  const dataset = textOf(21);
  let seen: Examples | undefined;
  // Head 0 looks at what followed the first time; head 1 at the token before.
  const forward = async (sample: Examples, [name]: readonly string[]) => {
    seen = sample;
    const { nExamples, nCtx } = sample;
    const pattern = new Float64Array(nExamples * nCtx * 2 * nCtx);
    for (let row = 0; row < nExamples * nCtx; row++) {
      const query = row % nCtx;
      if (query >= 10) pattern[row * 2 * nCtx + (query - 9)] = 1;
      if (query > 0) pattern[(row * 2 + 1) * nCtx + query - 1] = 1;
    }
    return { [name]: pattern };
  };
  const [first, second] = await headScoresOf({ nLayers: 1, nHeads: 2 }, dataset, forward);
  const { tokens, nCtx } = seen!;
  for (let at = 10; at < nCtx; at++) expect(tokens[at]).toBe(tokens[at - 10]);
  expect(first.induction).toBeCloseTo(1, 10);
  expect(second.previousToken).toBe(1);
  expect(second.induction).toBeLessThan(0.5);
});
