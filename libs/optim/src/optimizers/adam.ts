import type { Optimizer } from '../part.js';
import { withL2 } from '../weight-decay.js';
import { ADAM_W_NUMBERS, adamWNumbers, adamWRule, momentNames } from './adam-w.js';

/** Adam with weight decay in the gradient (L2). Source: Kingma & Ba, arXiv:1412.6980; torch.optim.Adam. */
export const adam: Optimizer = {
  kind: 'adam',
  title: 'Adam with L2',
  states: momentNames,
  numbers: (spec, at) => [...adamWNumbers({ ...spec, weightDecay: 0 }, at), spec.weightDecay],
  rule: (part) => withL2(part.spec, () => part.number(ADAM_W_NUMBERS), adamWRule(part)),
};
