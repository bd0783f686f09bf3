import type { Graph, Tensor } from '@grokscope/graph';
import type { GradientStepPart, OptimizerPart, OptimizerSpec } from '@grokscope/schema';
import type { TrainedParameter } from './trained.js';

/** A step of the training, for the numbers that change from step to step. */
export interface StepAt {
  /** 0, 1, …; the update that it makes is the (step + 1)th. */
  readonly step: number;
  /** The factor of warm-up, schedule and `lrScale` on every learning rate. */
  readonly factor: number;
}

/** What the graph of a part is built in. */
export interface PartGraph {
  readonly graph: Graph;
  /** The settings at the start; those that may change while a run goes on are among the numbers. */
  readonly spec: OptimizerSpec;
  /** Numbers of a step [n or more]; of an optimizer its own n come first. */
  readonly hyper: Tensor;
  /** The part's own number i of a step, as a scalar. */
  readonly number: (i: number) => Tensor;
}

/** What optimizers and gradient steps have in common. A setting that may change during a run must be a number. */
export interface UpdatePart {
  /**
   * Names of what it keeps between steps of a parameter: tensors of its shape, zeros before step 0. A checkpoint holds
   * them. Default: nothing.
   */
  readonly states?: (parameter: string, spec: OptimizerSpec) => readonly string[];
  /** What it is fed at a step, in float64; always as many numbers. Default: nothing. */
  readonly numbers?: (spec: OptimizerSpec, at: StepAt) => readonly number[];
}

/** The update of one parameter and of its states, as nodes that overwrite them. */
export type UpdateRule = (trained: TrainedParameter) => readonly Tensor[];

/** An optimizer: how parameters follow their gradients, and what a spec may say of it (`OptimizerPart`). */
export interface Optimizer extends UpdatePart, OptimizerPart {
  readonly rule: (part: PartGraph) => UpdateRule;
}

/** Parameters with the gradients that go on, and the updates of the states of what changed them. */
export interface StepResult {
  readonly trained: readonly TrainedParameter[];
  readonly updates: readonly Tensor[];
}

/** Something done to gradients before the optimizer sees them, and the keys of `optimizer` that turn it on. */
export interface GradientStep extends UpdatePart, GradientStepPart {
  readonly isOn: (spec: OptimizerSpec) => boolean;
  readonly apply: (trained: readonly TrainedParameter[], part: PartGraph) => StepResult;
}
