import { encodeTensorFrame } from '@grokscope/schema';
import type { NamedTensor } from 'grokscope';

/** A tensor of a run as of a step; its frame is made once for everybody who gets it. */
export class TensorAtStep {
  private frame: Uint8Array | undefined;

  constructor(
    readonly runId: string,
    readonly step: number,
    readonly tensor: NamedTensor,
  ) {}

  /** The binary frame; it says how many of this name a client missed before, where it missed some. */
  encode(skipped: number): Uint8Array {
    const whole = { runId: this.runId, step: this.step, ...this.tensor };
    if (skipped > 0) return encodeTensorFrame({ ...whole, skipped });
    return (this.frame ??= encodeTensorFrame(whole));
  }
}
