import type { Analysis } from './analysis.js';

/** Where the split into trained and unseen examples comes from: the file of weights, a person, or nowhere. */
export type SplitSource = 'file' | 'given' | 'assumed';

/** An accuracy below this many times that of guessing is no better than guessing. */
const NEAR_CHANCE = 3;
/** Losses this close to each other are the same. */
const SAME = 0.02;

/**
 * What looks wrong about an analysis, with what to do about it: weights that answer no better than guessing, a split by
 * which they know nothing better for having been trained on it.
 *
 * @param classes answers there are. @param split where the split comes from. @param isOwnSpec whether all of the spec is
 * what the file says: then nothing is likely to be mistaken.
 */
export function hintsFor(
  { step, loss, accuracy, keyFrequencies, restrictedLoss }: Analysis,
  {
    classes,
    split,
    isOwnSpec,
  }: { readonly classes: number; readonly split: SplitSource; readonly isOwnSpec: boolean },
): readonly string[] {
  const guesses = !(accuracy.all >= NEAR_CHANCE / classes);
  if (guesses && !isOwnSpec) {
    const nothing = keyFrequencies && !restrictedLoss ? ' and no frequency stands out' : '';
    return [
      `these weights answer no better than guessing${nothing}: they are untrained, or not of this task. Check --spec, task.p and what else the task is made of`,
    ];
  }
  const { train, test } = loss;
  if (guesses || split === 'file' || step === 0 || train === undefined || test === undefined) return [];
  // Trained on most or all of what there is, a network may know the rest as well.
  if (train < (1 - SAME) * test) return [];
  const whose = split === 'assumed' ? 'the split that is assumed here' : 'the split given';
  return [
    `the loss on what was trained on is not below that on the rest: ${whose} is likely not the one they were trained by. Give it with --set data.splitSeed=…, data.trainFraction=…, data.split=…`,
  ];
}
