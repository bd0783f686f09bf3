import { ops, type Graph, type Tensor } from '@grokscope/graph';
import type { OptimizerSpec } from '@grokscope/schema';
import { gradientSteps } from './gradients.js';
import { HYPER, HYPER_INPUT, hyperSize } from './hyper.js';
import { isMatrix, orthogonalized, shapeFactor } from './muon.js';
import { hasMomentum, momentNames, momentumState } from './states.js';
import { decays, entry, type Trained } from './trained.js';

/** One parameter's update: what changes it and its states. */
type Rule = (one: Trained) => readonly Tensor[];

/**
 * The updates of one step for every parameter, with the states of `optimizerStates`. Each step is fed `HYPER_INPUT`
 * by `hyperAt`, so that learning rate and weight decay may change between steps.
 */
export function optimizerUpdates(
  graph: Graph,
  spec: OptimizerSpec,
  trained: readonly Trained[],
): readonly Tensor[] {
  const hyper = graph.input(HYPER_INPUT, [hyperSize(spec)]);
  const steps = gradientSteps(graph, spec, trained, hyper);
  const rule = ruleOf(graph, spec, hyper);
  return [...steps.trained.flatMap(rule), ...steps.updates];
}

function ruleOf(graph: Graph, spec: OptimizerSpec, hyper: Tensor): Rule {
  switch (spec.kind) {
    case 'adamW':
      return adamW(graph, spec, hyper);
    case 'adam':
      return withL2(spec, hyper, adamW(graph, spec, hyper));
    case 'sgd':
      return withL2(spec, hyper, sgd(graph, spec, hyper));
    case 'muon': {
      const [matrices, rest] = [muon(graph, spec, hyper), adamW(graph, spec, hyper)];
      return (one) => (isMatrix(one.name) ? matrices(one) : rest(one));
    }
    default:
      return spec.kind satisfies never;
  }
}

/** Source: Loshchilov & Hutter, Decoupled Weight Decay Regularization (arXiv:1711.05101), Algorithm 2. */
function adamW(graph: Graph, spec: OptimizerSpec, hyper: Tensor): Rule {
  // The first of the numbers is what decay takes away.
  const noDecay = graph.constant(Float32Array.from({ length: hyper.shape[0] }, (_, i) => Number(i > 0)));
  return ({ name, parameter, gradient }) => {
    const [m, v] = momentNames(name).map((state) => graph.state(state, parameter.shape));
    const own = decays(spec, name) ? hyper : ops.multiply(hyper, noDecay);
    return [ops.adamW(parameter, gradient, m, v, own)];
  };
}

/** Weight decay as a part of the gradient, g ← g + weightDecay·w, before the rule. Source: torch.optim.Adam and SGD. */
const withL2 =
  (spec: OptimizerSpec, hyper: Tensor, rule: Rule): Rule =>
  (one) => {
    if (!decays(spec, one.name)) return rule(one);
    const pull = ops.multiplyScalar(one.parameter, entry(hyper, HYPER.weightDecay));
    return rule({ ...one, gradient: ops.add(one.gradient, pull) });
  };

/** b ← momentum·b + g; w ← w − lr·b. Source: torch.optim.SGD, without dampening and Nesterov. */
function sgd(graph: Graph, spec: OptimizerSpec, hyper: Tensor): Rule {
  return ({ name, parameter, gradient }) => {
    if (!hasMomentum(spec))
      return [ops.assign(parameter, minus(parameter, gradient, entry(hyper, HYPER.lr)))];
    const state = graph.state(momentumState(name), parameter.shape);
    const momentum = ops.add(ops.scale(state, spec.momentum!), gradient);
    const next = minus(parameter, momentum, entry(hyper, HYPER.lr));
    return [ops.assign(parameter, next), ops.assign(state, momentum)];
  };
}

/**
 * b ← momentum·b + (1 − momentum)·g; u = (1 − momentum)·g + momentum·b (Nesterov), made nearly orthogonal;
 * w ← w − lr·weightDecay·w − lr·√max(1, rows/columns)·u. Source: Jordan et al., Muon (2024); torch.optim.Muon.
 */
function muon(graph: Graph, spec: OptimizerSpec, hyper: Tensor): Rule {
  const momentum = spec.momentum ?? 0;
  const lr = entry(hyper, HYPER.lr);
  return ({ name, parameter, gradient }) => {
    const state = graph.state(momentumState(name), parameter.shape);
    const fresh = ops.scale(gradient, 1 - momentum);
    const average = ops.add(ops.scale(state, momentum), fresh);
    const direction = orthogonalized(ops.add(fresh, ops.scale(average, momentum)));
    const decayed = decays(spec, name)
      ? minus(parameter, parameter, ops.multiply(lr, entry(hyper, HYPER.weightDecay)))
      : parameter;
    const next = minus(decayed, ops.scale(direction, shapeFactor(parameter.shape)), lr);
    return [ops.assign(parameter, next), ops.assign(state, average)];
  };
}

/** x − s·y for a scalar s. */
const minus = (x: Tensor, y: Tensor, s: Tensor): Tensor =>
  ops.add(x, ops.scale(ops.multiplyScalar(y, s), -1));
