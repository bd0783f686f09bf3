/** How fast a client may send: this rate on average, and this many at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** A token bucket: what a client may still send without waiting. */
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

  /** Takes `cost`, going into debt if necessary; returns the milliseconds until the debt is paid, 0 for none. */
  spend(cost: number): number {
    this.refill();
    this.left -= cost;
    return this.left >= 0 ? 0 : Math.ceil((-this.left / this.rate.perSecond) * 1000);
  }

  /** Takes `cost` only if that much is available. */
  take(cost: number): boolean {
    this.refill();
    if (this.left < cost) return false;
    this.left -= cost;
    return true;
  }

  /** Whether at least 1 is available. */
  get hasSome(): boolean {
    this.refill();
    return this.left >= 1;
  }

  /** Whether nothing was spent for so long that it is full again. */
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
