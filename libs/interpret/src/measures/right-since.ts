import { measured } from '@grokscope/schema';
import { rowsCorrect } from '../network/loss.js';
import { answerLogits } from './answer-logits.js';
import type { Measure } from './measure.js';

const value = measured.object(
  { share: measured.number(), forgotten: measured.count(), steps: measured.numbers() },
  'share, forgotten and steps',
);

/** Stands for a step in `steps` where an example is not right. */
const NOT_RIGHT = -1;

/**
 * Since which look each example has been right without a break, in the order of the examples (of pairs a·n + b); −1 where
 * it is not right now. At the end of a run that is the step at which it was learned for good, to within
 * `observe.progressEvery`. `share`: of those that are right; `forgotten`: how many were right at the look before and are
 * not now. An example that scores several tokens is right where all of them are.
 *
 * It takes a number for each example at every look, and follows from the look before: a run that goes on has it from
 * its events.
 */
export const rightSince = {
  name: 'rightSince',
  title: 'Right since step',
  formula: 'the first step of the unbroken series of looks at which an example is right',
  source: 'graduation step of roaringsurfdev/training-dynamics-workbench',
  unit: 'steps',
  range: [-1, null],
  needs: ['logits'],
  value,
  byName: 'everywhere',
  once: true,
  runsOnly: true,
  isSet: true,
  isUnsaid: true,
  columns: [
    { path: 'share', note: 'Share of all examples that are right.' },
    { path: 'forgotten', note: 'Examples that were right at the look before and are not now.' },
    {
      path: 'steps',
      note: 'Of each example the step since which it has been right, with spaces between; −1: it is not right.',
    },
  ],
  curves: [{ of: 'share', name: 'rightSince', label: 'share right', panel: 'own' }],
  of: (look) => {
    const answers = answerLogits(look);
    const { step } = look;
    if (!answers || step === undefined) return undefined;
    const { nExamples, nScored } = look.dataset;
    const correct = rowsCorrect(answers.logits, answers.width, answers.labels, answers.classes);
    const earlier = stepsOf(look.before?.[rightSince.name], nExamples);
    let forgotten = 0;
    const steps = Array.from({ length: nExamples }, (_, example) => {
      const before = earlier?.[example] ?? NOT_RIGHT;
      const isRight = correct.subarray(example * nScored, (example + 1) * nScored).every((x) => x === 1);
      if (isRight) return before === NOT_RIGHT ? step : before;
      if (before !== NOT_RIGHT) forgotten += 1;
      return NOT_RIGHT;
    });
    return { share: steps.filter((x) => x !== NOT_RIGHT).length / nExamples, forgotten, steps };
  },
} as const satisfies Measure<{
  readonly share: number;
  readonly forgotten: number;
  readonly steps: readonly number[];
}>;

/** The steps of the look before, as its event holds them. */
function stepsOf(told: unknown, nExamples: number): readonly number[] | undefined {
  const { steps } = (told ?? {}) as { readonly steps?: readonly number[] };
  return steps?.length === nExamples ? steps : undefined;
}
