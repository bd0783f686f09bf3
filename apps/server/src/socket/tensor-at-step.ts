import { encodeTensorFrame } from '@grokscope/schema';
import type { NamedTensor } from 'grokscope';

/** A tensor of a run at a step; its frame is made once for all receivers. */
export class TensorAtStep {
  private frame: Uint8Array | undefined;

  constructor(
    readonly runId: string,
    readonly step: number,
    readonly tensor: NamedTensor,
  ) {}

  /** The binary frame; it contains the number of frames of this name that a client missed before, if any. */
  encode(skipped: number): Uint8Array {
    const whole = { runId: this.runId, step: this.step, ...this.tensor };
    if (skipped > 0) return encodeTensorFrame({ ...whole, skipped });
    return (this.frame ??= encodeTensorFrame(whole));
  }
}
