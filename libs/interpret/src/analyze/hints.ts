import type { Analysis } from './analysis.js';

/** The source of the split into trained and unseen examples: the file of weights, the user, or none. */
export type SplitSource = 'file' | 'given' | 'assumed';

/** An accuracy below this many times that of guessing is no better than guessing. */
const NEAR_CHANCE = 3;
/** Losses this close to each other are the same. */
const SAME = 0.02;

/**
 * What looks wrong about an analysis, and what to do about it: weights no better than guessing, or a split whose
 * training examples they know no better than the others.
 *
 * @param classes the number of answers. @param split the source of the split. @param isOwnSpec whether the whole spec
 * comes from the file: then a mistake is unlikely.
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
      `these weights do no better than guessing${nothing}: they are untrained, or belong to another task. Check --spec, task.p and the other parameters of the task`,
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
