/** Wall time without pauses, in milliseconds; and the rate of steps since the last lap. */
export class Stopwatch {
  #before: number;
  #since: number | undefined;
  #lap: { readonly step: number; readonly elapsedMs: number } | undefined;

  /** Continues from `elapsedMs` measured before. */
  constructor(elapsedMs = 0) {
    this.#before = elapsedMs;
  }

  start(): void {
    this.#since ??= performance.now();
  }

  stop(): void {
    this.#before = this.elapsedMs;
    this.#since = undefined;
  }

  get elapsedMs(): number {
    return this.#before + (this.#since === undefined ? 0 : performance.now() - this.#since);
  }

  /** Steps per second since the last lap, measuring included; null at the first. */
  lap(step: number): number | null {
    const last = this.#lap;
    this.#lap = { step, elapsedMs: this.elapsedMs };
    if (!last || step === last.step) return null;
    return ((step - last.step) / (this.#lap.elapsedMs - last.elapsedMs)) * 1000;
  }
}
