/* The optimizer section of a RunSpec. */

/** The settings of AdamW: the section's own keys, and those for tensors that another optimizer leaves to AdamW. */
type AdamKeys = { lr: number; betas: [number, number]; eps: number; weightDecay: number };

/** The update rule. */
export type OptimizerSpec = AdamKeys & {
  /** `adam` has its weight decay in the gradient (L2); `muon` is for the matrices of the blocks, AdamW for the rest. */
  kind: 'adamW' | 'adam' | 'sgd' | 'muon';
  /** The learning rate of step s is lr · min(s / warmupSteps, 1), times the schedule's factor. */
  warmupSteps: number;
  /** For sgd (default 0) and muon (default 0.95). */
  momentum?: number;
  /** With muon: for the tensors that are not matrices of a block. */
  adamW?: AdamKeys;
  /** `cosine`: from the end of the warm-up to 0 at `training.steps`. */
  schedule?: 'constant' | 'cosine';
  /** The largest allowed gradient norm, over all tensors together. */
  clipNorm?: number;
  /** The tensors that weight decay applies to: all, all except biases and layer normalisation, or those named. */
  decayTensors?: 'all' | 'weights' | string[];
  /** Tensors that keep their initial values: no update, no decay, and the optimizer keeps nothing of them. */
  frozen?: string[];
  /**
   * A factor on the learning rate, by tensor: with AdamW and Muon on its decay too, which is the learning rate times
   * `weightDecay`. A tensor that is not named has 1.
   */
  lrScale?: Record<string, number>;
  gradientFilter?: { kind: 'grokfastEma'; alpha: number; lambda: number };
  /** Removes from each tensor's gradient the component along the tensor itself. */
  orthogonalGradient?: boolean;
};

/** The optimizer section as a user writes it. */
export type OptimizerInput = Partial<Omit<OptimizerSpec, 'adamW' | 'gradientFilter'>> & {
  readonly adamW?: Partial<NonNullable<OptimizerSpec['adamW']>>;
  readonly gradientFilter?: Partial<NonNullable<OptimizerSpec['gradientFilter']>>;
};
