import { ops } from '@grokscope/graph';
import { belowOne, closed, numberFrom, oneOf } from '@grokscope/schema';
import type { GradientStep } from '../part.js';

/** Name of the moving average of a parameter's gradients. */
const averageState = (parameter: string): string => `${parameter}.ema`;

/**
 * μ ← α μ + (1 − α) g, beginning with the first gradient; g ← g + λ μ. Amplifies the slow components of the gradients.
 *
 * Source: Lee et al., Grokfast (arXiv:2405.20233), Algorithm 2 and its code's `gradfilter_ema`.
 */
export const grokfastEma: GradientStep = {
  kind: 'grokfastEma',
  parameters: {
    gradientFilter: closed({ kind: oneOf('grokfastEma'), alpha: belowOne, lambda: numberFrom(0) }),
  },
  // Source: the EMA filter's defaults in its code.
  defaults: ({ gradientFilter }) =>
    gradientFilter === undefined ? {} : { gradientFilter: { kind: 'grokfastEma', alpha: 0.98, lambda: 2 } },
  words: ({ gradientFilter: filter }) => (filter ? [`Grokfast (α ${filter.alpha}, λ ${filter.lambda})`] : []),
  isOn: ({ gradientFilter }) => gradientFilter !== undefined,
  states: (parameter) => [averageState(parameter)],
  // The average begins with the first gradient itself.
  numbers: ({ gradientFilter }, { step }) => {
    const kept = step === 0 ? 0 : (gradientFilter?.alpha ?? 0);
    return [kept, 1 - kept];
  },
  apply: (trained, { graph, spec, number }) => {
    const lambda = spec.gradientFilter?.lambda ?? 0;
    const [kept, fresh] = [number(0), number(1)];
    const steps = trained.map((one) => {
      const state = graph.state(averageState(one.name), one.parameter.shape);
      const average = ops.add(ops.multiplyScalar(state, kept), ops.multiplyScalar(one.gradient, fresh));
      const gradient = ops.add(one.gradient, ops.scale(average, lambda));
      return { one: { ...one, gradient }, update: ops.assign(state, average) };
    });
    return { trained: steps.map(({ one }) => one), updates: steps.map(({ update }) => update) };
  },
};
