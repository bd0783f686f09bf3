import { ops, type Tensor } from '@grokscope/graph';
import type { OptimizerSpec } from '@grokscope/schema';
import type { UpdateRule } from './part.js';
import { decays } from './trained.js';

/** Adds weight decay to the gradient, g ← g + weightDecay·w, before the rule. Source: torch.optim.Adam and SGD. */
export const withL2 =
  (spec: OptimizerSpec, weightDecay: () => Tensor, rule: UpdateRule): UpdateRule =>
  (one) => {
    if (!decays(spec, one.name)) return rule(one);
    const pull = ops.multiplyScalar(one.parameter, weightDecay());
    return rule({ ...one, gradient: ops.add(one.gradient, pull) });
  };
