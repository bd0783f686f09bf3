/*
 * The phases of a run that groks, judged by its measures. No automatic rule is published; this one is the project's
 * own. With L₀ = log(number of classes), the loss of guessing:
 *
 * memorization from the start, once the train loss is below 0.1·L₀ while the test loss is above 0.8·L₀: what was
 *                   seen is known, what was not is no better than guessed.
 * circuitFormation from the least excluded loss after that, once the excluded loss has risen above ten times the train
 *                   loss and twice its least, while weights shrink: the key frequencies do work that memory did.
 * cleanup from the first step at which the test loss is below half of its peak and below L₀, once circuits were
 *                   seen and weights have fallen below 95 % of their peak: unseen pairs follow as memory is worn down.
 * generalized once the test loss is below 0.03·L₀; of a run that memorised and has key frequencies, also only when
 *                   Σw² has levelled out, falling by less than 4 % over the last tenth of the run so far: until then
 *                   it cleans up. Without key frequencies circuits and cleanup cannot be told apart, and are not.
 *
 * While a run goes on, the excluded loss is known only once keys stand out (`standingOut`). At the first step at which
 * it then exceeds the train loss as above, kept checkpoints are measured again with that step's keys (`lookBack`):
 * circuits are told there and then, from where they began. Once the run has ended all is told again with the final
 * keys; what comes out otherwise than it was told is a revision.
 *
 * A run that learns at once never memorises, so it has no phase but `generalized`, and neither has one on infinite
 * data, which sees nothing twice; one that never groks keeps `memorization`; without weight decay Σw² does not fall and
 * neither circuits nor cleanup are told.
 */

/** A phase of a run that groks, in the order in which they follow each other. */
export type Phase = 'memorization' | 'circuitFormation' | 'cleanup' | 'generalized';

/** The measures on which a phase is judged; a measure that a task or step does not have is absent. */
export interface PhaseMeasures {
  readonly step: number;
  readonly trainLoss: number;
  readonly testLoss: number;
  readonly sumSquaredWeights: number;
  readonly excludedLoss?: number;
  readonly restrictedLoss?: number;
}

/**
 * A phase: where it begins, and the measures it was judged by, with `measuredAt`, the step they belong to, and
 * `toldAt`, the step at which it could first be reported.
 */
export interface PhaseMark {
  readonly phase: Phase;
  readonly step: number;
  readonly evidence: Readonly<Record<string, number>>;
}

const KNOWN = 0.1;
const UNKNOWN = 0.8;
const CIRCUITS_OVER_TRAIN = 10;
const CIRCUITS_OVER_LEAST = 2;
const FALLEN_TEST = 0.5;
const WORN = 0.95;
const GENERALIZED = 0.03;
const LEVEL = 0.04;

/**
 * Follows a run, measured in ascending steps; each phase is reported once. `see` takes measures, `tell` returns the
 * phases that follow. Between the two, if `wantsLookBack`, `lookBack` may supply the excluded loss of the current keys
 * at earlier steps: keys are few enough to be used only late, long after their effect has begun.
 */
export class PhaseWatch {
  readonly #history: PhaseMeasures[] = [];
  readonly #told = new Map<Phase, PhaseMark>();
  /** The step at which memorization was reported: the measures for later phases begin there. */
  #memorizedAt: number | undefined;
  #peakTest = 0;
  #peakWeights = 0;
  #fallen: PhaseMeasures | undefined;
  #least: PhaseMeasures | undefined;
  #hasKeys = false;
  /** Whether the excluded loss is seen for the first time. */
  #isFirstLook = false;
  #hasLookedBack = false;
  #marks: PhaseMark[] = [];

  /**
   * @param guess L₀, the loss of guessing: log of the number of classes
   * @param seesAgain false on infinite data: there is nothing to memorise
   */
  constructor(
    readonly guess: number,
    readonly seesAgain = true,
  ) {}

  /** The phases that these measures imply, in order; usually none. */
  add(now: PhaseMeasures): PhaseMark[] {
    this.see(now);
    return this.tell();
  }

  /** Takes the measures of the next step. */
  see(now: PhaseMeasures): void {
    this.#history.push(now);
    this.#hasKeys ||= now.excludedLoss !== undefined;
    this.#peakWeights = Math.max(this.#peakWeights, now.sumSquaredWeights);
    if (this.#mayTell('memorization') && this.#isMemorized(now)) {
      this.#memorizedAt = now.step;
      this.#mark('memorization', 0);
    }
    if (this.#memorizedAt !== undefined) this.#follow(now);
  }

  /**
   * The step from which earlier measures with the current keys would show whether circuits have formed; undefined if
   * they would not. Defined once in a run: at the first step at which losing the keys costs more than memorisation
   * does.
   */
  get wantsLookBack(): number | undefined {
    const isDue =
      !this.#hasLookedBack &&
      this.#mayTell('circuitFormation', 'memorization') &&
      this.#isUsingKeys(this.#history.at(-1)!);
    return isDue ? this.#memorizedAt : undefined;
  }

  /** Takes measures of earlier steps with the current keys, for what was seen last. */
  lookBack(earlier: readonly PhaseMeasures[]): void {
    this.#hasLookedBack = true;
    if (earlier.length === 0) return;
    this.#isFirstLook = false;
    this.#least = undefined;
    for (const measures of [...earlier, this.#history.at(-1)!]) this.#keepLeast(measures);
  }

  /** The phases that follow from what was seen last, in order; usually none. */
  tell(): PhaseMark[] {
    const now = this.#history.at(-1);
    if (!now) return [];
    if (this.#mayTell('circuitFormation', 'memorization') && this.#hasCircuits(now))
      this.#mark('circuitFormation', this.#least!.step);
    if (this.#mayTell('cleanup', 'circuitFormation') && this.#fallen && this.#isWorn(now, WORN))
      this.#mark('cleanup', Math.max(this.#fallen.step, this.#told.get('circuitFormation')!.step));
    if (!this.#told.has('generalized') && this.#isGeneralized(now)) this.#mark('generalized', now.step);
    return this.#marks.splice(0);
  }

  /** Records a phase to be reported, with the measures of the newest step. */
  #mark(phase: Phase, step: number): void {
    const { step: measuredAt, ...evidence } = this.#history.at(-1)!;
    const mark = { phase, step, evidence: { ...evidence, measuredAt, toldAt: measuredAt } };
    this.#told.set(phase, mark);
    this.#marks.push(mark);
  }

  #mayTell(phase: Phase, before?: Phase): boolean {
    const isOver = this.#told.has('generalized');
    return !isOver && !this.#told.has(phase) && (before === undefined || this.#told.has(before));
  }

  #isMemorized({ trainLoss, testLoss }: PhaseMeasures): boolean {
    return this.seesAgain && trainLoss < KNOWN * this.guess && testLoss > UNKNOWN * this.guess;
  }

  /** Extremes since memorization. */
  #follow(now: PhaseMeasures): void {
    this.#peakTest = Math.max(this.#peakTest, now.testLoss);
    if (now.testLoss < Math.min(FALLEN_TEST * this.#peakTest, this.guess)) this.#fallen ??= now;
    else this.#fallen = undefined;
    if (now.excludedLoss === undefined) return;
    this.#isFirstLook = this.#least === undefined;
    this.#keepLeast(now);
  }

  #keepLeast(measures: PhaseMeasures): void {
    if (!(measures.excludedLoss! >= (this.#least?.excludedLoss ?? Infinity))) this.#least = measures;
  }

  #isWorn({ sumSquaredWeights }: PhaseMeasures, share: number): boolean {
    return sumSquaredWeights < share * this.#peakWeights;
  }

  /** Whether losing the keys costs much more than memorisation does, while weights shrink. */
  #isUsingKeys(now: PhaseMeasures): boolean {
    const { excludedLoss, trainLoss } = now;
    if (excludedLoss === undefined || !this.#isWorn(now, 1)) return false;
    return excludedLoss > CIRCUITS_OVER_TRAIN * trainLoss;
  }

  #hasCircuits(now: PhaseMeasures): boolean {
    if (!this.#isUsingKeys(now)) return false;
    // Keys that have only now become few enough may have no history: then only the excess over the train loss can
    // decide.
    return this.#isFirstLook || now.excludedLoss! > CIRCUITS_OVER_LEAST * this.#least!.excludedLoss!;
  }

  #isGeneralized(now: PhaseMeasures): boolean {
    if (!(now.testLoss < GENERALIZED * this.guess)) return false;
    if (!this.#told.has('memorization') || !this.#hasKeys) return true;
    const since = now.step * 0.9;
    const before = this.#history.findLast(({ step }) => step <= since) ?? this.#history[0];
    return before.sumSquaredWeights - now.sumSquaredWeights < LEVEL * before.sumSquaredWeights;
  }
}

/** The phases of a whole run, its measures in ascending steps. */
export function phasesOf(history: readonly PhaseMeasures[], guess: number, seesAgain?: boolean): PhaseMark[] {
  const watch = new PhaseWatch(guess, seesAgain);
  return history.flatMap((measures) => watch.add(measures));
}
