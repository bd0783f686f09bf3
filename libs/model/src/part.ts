import { invariant } from '@grokscope/base';
import type { Tensor } from '@grokscope/graph';
import { kindsOf, partOf, type Part } from '@grokscope/schema';

/** An activation function of the MLP, composed of ops; a spec names it by `model.actFn`. */
export interface Activation extends Part {
  /** Its values `[N, dMlp]` at `x [N, dMlp]`, entry by entry. */
  readonly apply: (x: Tensor) => Tensor;
  /**
   * The same in float64 and in place, in a loop of its own, because it runs over millions of values. If absent, models
   * with this activation do not admit the measures that compute whole tables of pairs exactly.
   */
  readonly applyInPlace?: (values: Float64Array) => void;
}

/** A loss, composed of ops; a spec names it by `training.loss`. */
export interface Loss extends Part {
  /** The loss of each scored position `[N]`, from logits `[N, dVocabOut]` and labels i32 `[N]`. */
  readonly apply: (logits: Tensor, labels: Tensor) => Tensor;
}

/**
 * Returns the part that a spec names; a kind that is not among the parts is a defect of the caller, because specs are
 * decoded.
 */
export function partNamed<P extends Part>(parts: readonly P[], kind: string, what: string): P {
  const found = partOf(parts, kind);
  invariant(found, `no ${what} ${kind}; there are ${kindsOf(parts).join(', ')}`);
  return found;
}
