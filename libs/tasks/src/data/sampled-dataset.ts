import { createRandom, type Random } from '@grokscope/base';
import type { DataSpec } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import type { Dataset, ExampleRows, TaskShape } from './dataset.js';
import { emptyRows, keyOf, rowAt, type Rows } from './drawn-rows.js';
import type { TooFewExamples } from '../errors.js';
import { otherAnswer } from './label-noise.js';
import { HELD_OUT, TRAIN_SAMPLE, type SampledTask } from '../forms/sampled-task.js';

/** Draws that were all known or held out before a task counts as exhausted. */
const MAX_TRIES = 1_000_000;

/**
 * The dataset of a task that draws its examples, of which there are `nAll` different ones, everything by `splitSeed`: the held-out examples from a random
 * stream of their own; training examples, one random stream for each (example i is a function of seed and i), drawn
 * again until they are none of the held-out ones. With `trainExamples: N` the first N different ones are kept, with
 * `infinite` the first `TRAIN_SAMPLE` (to be measured) and the stream itself. Left where there are too few.
 */
export function sampledDataset(
  task: SampledTask,
  nAll: number,
  data: DataSpec,
): E.Either<TooFewExamples, Dataset> {
  const random = createRandom(data.splitSeed).split('examples');
  const nTrain = data.trainExamples ?? task.trainSample ?? TRAIN_SAMPLE;
  const spare = data.infinite ? Math.floor(nAll / 5) : nAll - nTrain;
  const nTest = Math.max(1, Math.min(task.mostHeldOut ?? HELD_OUT, task.drawHeldOut ? Infinity : spare));

  const test = emptyRows(task, nTest);
  const heldOut = new Set<number>();
  const testStream = random.split('held out');
  for (let i = 0; i < nTest; i++)
    if (!drawNew(task, task.drawHeldOut ?? task.draw, testStream, test, i, heldOut))
      return E.left(tooFew(data, nTest, i));

  const examples = new Stream(task, random.split('training'), heldOut, data.labelNoise ?? 0);
  const train = emptyRows(task, nTrain);
  const found = data.infinite ? examples.fill(train, 0) : examples.fillDifferent(train);
  if (found < nTrain) return E.left(tooFew(data, nTrain, found));
  const rows = concatenated(task, train, test);
  return E.right({
    ...shapeOf(task),
    ...examplesOf(task, rows),
    nExamples: nTrain + nTest,
    trainIndices: Int32Array.from({ length: nTrain }, (_, i) => i),
    testIndices: Int32Array.from({ length: nTest }, (_, i) => nTrain + i),
    structure: task.structureOf(rows.places),
    ...(data.infinite
      ? {
          stream: (first: number, count: number): ExampleRows => {
            const batch = emptyRows(task, count);
            examples.fill(batch, first);
            return examplesOf(task, batch);
          },
        }
      : {}),
  });
}

/** Draws row i anew until its key is not in `known`, and adds it; false after `MAX_TRIES`. */
function drawNew(
  task: SampledTask,
  draw: SampledTask['draw'],
  random: Random,
  rows: Rows,
  i: number,
  known: Set<number>,
): boolean {
  const row = rowAt(task, rows, i);
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    draw(random, row);
    const key = keyOf(row.tokens);
    if (known.has(key)) continue;
    known.add(key);
    return true;
  }
  return false;
}

/** The endless series of training examples. */
class Stream {
  constructor(
    private readonly task: SampledTask,
    private readonly random: Random,
    private readonly heldOut: ReadonlySet<number>,
    private readonly labelNoise: number,
  ) {}

  /** Fills `rows` with the examples from number `first` on; returns how many. */
  fill(rows: Rows, first: number): number {
    for (let i = 0; i < rows.n; i++) if (!this.#example(rows, i, first + i)) return i;
    return rows.n;
  }

  /** Fills `rows` with the first different examples; returns how many there were. */
  fillDifferent(rows: Rows): number {
    const known = new Set<number>();
    let i = 0;
    for (let number = 0, last = 0; i < rows.n && number - last < MAX_TRIES; number++) {
      if (!this.#example(rows, i, number)) break;
      const key = keyOf(rowAt(this.task, rows, i).tokens);
      if (known.has(key)) continue;
      known.add(key);
      last = number;
      i++;
    }
    return i;
  }

  #example(rows: Rows, i: number, number: number): boolean {
    const random = this.random.split(String(number));
    const row = rowAt(this.task, rows, i);
    let tries = 0;
    do {
      if (tries++ === MAX_TRIES) return false;
      this.task.draw(random, row);
    } while (this.heldOut.has(keyOf(row.tokens)));
    if (this.labelNoise === 0) return true;
    for (let s = 0; s < row.labels.length; s++)
      if (random.nextFloat() < this.labelNoise)
        row.labels[s] = otherAnswer(row.labels[s]!, this.task.answers, random);
    return true;
  }
}

const shapeOf = (task: SampledTask): TaskShape => {
  const { kind, teaches, dVocab, dVocabOut, nCtx, nScored, positionsVary, operands, vocabulary } = task;
  const shape = { kind, teaches, dVocab, dVocabOut, nCtx, nScored, positionsVary, vocabulary };
  return operands === undefined ? shape : { ...shape, operands };
};

const examplesOf = (task: SampledTask, { tokens, labels, scored }: Rows): ExampleRows => ({
  tokens,
  labels,
  scoredPositions: task.fixedPositions ?? scored,
});

function concatenated(task: SampledTask, a: Rows, b: Rows): Rows {
  const rows = emptyRows(task, a.n + b.n);
  for (const key of ['tokens', 'labels', 'scored', 'places'] as const) {
    rows[key].set(a[key]);
    rows[key].set(b[key], a[key].length);
  }
  return rows;
}

function tooFew(data: DataSpec, wanted: number, found: number): TooFewExamples {
  const key = data.infinite ? 'infinite' : 'trainExamples';
  return {
    _tag: 'TooFewExamples',
    path: `data.${key}`,
    value: data[key],
    message: `wants ${wanted} different examples, and the task gives ${found}`,
    allowed: 'fewer examples, or a task with longer sequences or more tokens',
    wanted,
    found,
  };
}
