import { createRandom, shuffle, type Random } from '@grokscope/base';
import type { DataSpec } from '@grokscope/schema';
import type { Dataset } from './dataset.js';

/** One of the other `answers` (ascending, `label` among them), each as likely; `label` itself if it is the only one. */
export function otherAnswer(label: number, answers: Int32Array, random: Random): number {
  if (answers.length < 2) return label;
  const drawn = answers[random.nextBelow(answers.length - 1)]!;
  // Leaves `label` out: the drawn one and all after it move up by one.
  return drawn < label ? drawn : answers[answers.indexOf(drawn) + 1]!;
}

/**
 * A full table with ⌊labelNoise · nTrain · nScored⌋ of its training labels, drawn by `splitSeed`, replaced by another
 * answer. The same labels stay wrong throughout a run, so that they can only be memorised. Test labels stay right.
 *
 * Source: Zhang et al., *Understanding deep learning requires rethinking generalization*, arXiv:1611.03530.
 */
export function withLabelNoise(dataset: Dataset, { labelNoise, splitSeed }: DataSpec): Dataset {
  if (labelNoise === undefined) return dataset;
  const { trainIndices, nScored } = dataset;
  const random = createRandom(splitSeed).split('label noise');
  const labels = Int32Array.from(dataset.labels);
  const answers = new Int32Array(new Set(labels)).sort();
  const places = shuffle(
    Int32Array.from(
      { length: trainIndices.length * nScored },
      (_, i) => trainIndices[Math.floor(i / nScored)]! * nScored + (i % nScored),
    ),
    random,
  );
  for (const place of places.subarray(0, Math.floor(labelNoise * places.length)))
    labels[place] = otherAnswer(labels[place]!, answers, random);
  return { ...dataset, labels };
}
