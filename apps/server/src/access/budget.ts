/** How fast a client may speak: this much on average, and so much at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** A bucket that refills: what a client may still ask for without waiting. */
export class Budget {
  private left: number;
  private at: number;

  constructor(
    private readonly rate: Rate,
    private readonly now: () => number = Date.now,
  ) {
    this.left = rate.burst;
    this.at = now();
  }

  /** Takes `cost`, into debt if need be; answers after how many milliseconds the debt is paid, 0 for none. */
  spend(cost: number): number {
    this.refill();
    this.left -= cost;
    return this.left >= 0 ? 0 : Math.ceil((-this.left / this.rate.perSecond) * 1000);
  }

  /** Takes `cost` only if there is so much. */
  take(cost: number): boolean {
    this.refill();
    if (this.left < cost) return false;
    this.left -= cost;
    return true;
  }

  /** Whether there is at least 1. */
  get hasSome(): boolean {
    this.refill();
    return this.left >= 1;
  }

  /** Whether nothing was spent for so long that it is as good as new. */
  get isFull(): boolean {
    this.refill();
    return this.left >= this.rate.burst;
  }

  private refill(): void {
    const now = this.now();
    const gained = (Math.max(0, now - this.at) / 1000) * this.rate.perSecond;
    this.left = Math.min(this.rate.burst, this.left + gained);
    this.at = now;
  }
}
