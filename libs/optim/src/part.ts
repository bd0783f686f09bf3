import type { Graph, Tensor } from '@grokscope/graph';
import type { GradientStepPart, OptimizerPart, OptimizerSpec } from '@grokscope/schema';
import type { TrainedParameter } from './trained.js';

/** A training step, for the numbers that change from step to step. */
export interface StepAt {
  /** 0, 1, …; its update is the (step + 1)th. */
  readonly step: number;
  /** The factor of warm-up, schedule and `lrScale` on every learning rate. */
  readonly factor: number;
}

/** What the graph of a part is built from. */
export interface PartGraph {
  readonly graph: Graph;
  /** The initial settings; those that may change during a run are among the numbers. */
  readonly spec: OptimizerSpec;
  /** Numbers of a step [n or more]; for an optimizer its own n come first. */
  readonly hyper: Tensor;
  /** Returns the part's own number i of a step, as a scalar. */
  readonly number: (i: number) => Tensor;
}

/** What optimizers and gradient steps have in common. A setting that may change during a run must be a number. */
export interface UpdatePart {
  /**
   * Returns the names of what it keeps of a parameter between steps: tensors of the parameter's shape, zeros before
   * step 0. A checkpoint holds them. Default: nothing.
   */
  readonly states?: (parameter: string, spec: OptimizerSpec) => readonly string[];
  /** Returns the numbers it is fed at a step, in float64; their count never changes. Default: nothing. */
  readonly numbers?: (spec: OptimizerSpec, at: StepAt) => readonly number[];
}

/** Returns the update of one parameter and of its states, as nodes that overwrite them. */
export type UpdateRule = (trained: TrainedParameter) => readonly Tensor[];

/** An optimizer: the rule by which parameters follow their gradients, and its keys in a spec (`OptimizerPart`). */
export interface Optimizer extends UpdatePart, OptimizerPart {
  readonly rule: (part: PartGraph) => UpdateRule;
}

/** Parameters with their transformed gradients, and the updates of the states that the transformation keeps. */
export interface StepResult {
  readonly trained: readonly TrainedParameter[];
  readonly updates: readonly Tensor[];
}

/** A transformation of the gradients before the optimizer reads them, and the keys of `optimizer` that turn it on. */
export interface GradientStep extends UpdatePart, GradientStepPart {
  readonly isOn: (spec: OptimizerSpec) => boolean;
  readonly apply: (trained: readonly TrainedParameter[], part: PartGraph) => StepResult;
}
