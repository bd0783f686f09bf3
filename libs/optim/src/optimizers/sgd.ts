import { ops } from '@grokscope/graph';
import { belowOne, type OptimizerSpec } from '@grokscope/schema';
import type { Optimizer } from '../part.js';
import { minusScaled } from '../trained.js';
import { withL2 } from '../weight-decay.js';

/** Without momentum no state is kept. */
const hasMomentum = ({ momentum = 0 }: OptimizerSpec): boolean => momentum > 0;

const momentumState = (parameter: string): string => `${parameter}.momentum`;

/** Offsets of its numbers. */
const [LR, WEIGHT_DECAY] = [0, 1];

/**
 * b ← momentum·b + g; w ← w − lr·b, with the weight decay in the gradient (L2).
 *
 * Source: torch.optim.SGD, without dampening and Nesterov.
 */
export const sgd: Optimizer = {
  kind: 'sgd',
  title: 'SGD',
  parameters: { momentum: belowOne },
  defaults: () => ({ momentum: 0 }),
  states: (parameter, spec) => (hasMomentum(spec) ? [momentumState(parameter)] : []),
  numbers: ({ lr, weightDecay }, { factor }) => [lr * factor, weightDecay],
  rule: ({ graph, spec, number }) =>
    withL2(
      spec,
      () => number(WEIGHT_DECAY),
      ({ name, parameter, gradient }) => {
        if (!hasMomentum(spec)) return [ops.assign(parameter, minusScaled(parameter, gradient, number(LR)))];
        const state = graph.state(momentumState(name), parameter.shape);
        const momentum = ops.add(ops.scale(state, spec.momentum!), gradient);
        const next = minusScaled(parameter, momentum, number(LR));
        return [ops.assign(parameter, next), ops.assign(state, momentum)];
      },
    ),
};
