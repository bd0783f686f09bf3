/*
 * The phases of a run that groks, told from what is measured. No automatic rule is published; this is the project's.
 * With L₀ = log(number of classes), the loss of guessing:
 *
 * memorization      from the start, once the train loss is below 0.1·L₀ while the test loss is above 0.8·L₀: what was
 *                   seen is known, what was not is no better than guessed.
 * circuitFormation  from the least excluded loss after that, once the excluded loss has risen above ten times the train
 *                   loss and twice its least, while weights shrink: the key frequencies do work that memory did.
 * cleanup           from the first step at which the test loss is below half of its peak and below L₀, once circuits were
 *                   seen and weights have fallen below 95 % of their peak: unseen pairs follow as memory is worn down.
 * generalized       once the test loss is below 0.03·L₀; of a run that memorised and has key frequencies, also only when
 *                   Σw² has levelled out, falling by less than 4 % over the last tenth of the run so far: until then
 *                   it cleans up. Without key frequencies circuits and cleanup cannot be told apart, and are not.
 *
 * A run that learns at once never memorises, so it has no phase but `generalized`, and neither has one on infinite data,
 * which sees nothing twice; one that never groks keeps `memorization`; without weight decay Σw² does not fall and neither
 * circuits nor cleanup are told.
 */

export type Phase = 'memorization' | 'circuitFormation' | 'cleanup' | 'generalized';

/** What a phase is told from; a measure that a task or step does not have is absent. */
export interface PhaseMeasures {
  readonly step: number;
  readonly trainLoss: number;
  readonly testLoss: number;
  readonly sumSquaredWeights: number;
  readonly excludedLoss?: number;
  readonly restrictedLoss?: number;
}

/** A phase: where it begins, and what it was told from. */
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

/** Follows a run, measured in ascending steps; each phase is told once. */
export class PhaseWatch {
  readonly #history: PhaseMeasures[] = [];
  readonly #told = new Map<Phase, PhaseMark>();
  #peakTest = 0;
  #peakWeights = 0;
  #fallen: PhaseMeasures | undefined;
  #least: PhaseMeasures | undefined;
  #hasKeys = false;
  /** Whether the excluded loss is seen for the first time. */
  #isFirstLook = false;

  /**
   * @param guess L₀, the loss of guessing: log of the number of classes
   * @param seesAgain false on infinite data: there is nothing to memorise
   */
  constructor(
    readonly guess: number,
    readonly seesAgain = true,
  ) {}

  /** The phases that these measures tell, in order; usually none. */
  add(now: PhaseMeasures): PhaseMark[] {
    this.#history.push(now);
    this.#hasKeys ||= now.excludedLoss !== undefined;
    const marks: PhaseMark[] = [];
    const tell = (phase: Phase, step: number): void => {
      const { step: toldAt, ...evidence } = now;
      const mark = { phase, step, evidence: { ...evidence, toldAt } };
      this.#told.set(phase, mark);
      marks.push(mark);
    };
    this.#peakWeights = Math.max(this.#peakWeights, now.sumSquaredWeights);
    if (this.#mayTell('memorization') && this.#isMemorized(now)) tell('memorization', 0);
    if (this.#told.has('memorization')) this.#follow(now);
    if (this.#mayTell('circuitFormation', 'memorization') && this.#hasCircuits(now))
      tell('circuitFormation', this.#least!.step);
    if (this.#mayTell('cleanup', 'circuitFormation') && this.#fallen && this.#isWorn(now, WORN))
      tell('cleanup', Math.max(this.#fallen.step, this.#told.get('circuitFormation')!.step));
    if (!this.#told.has('generalized') && this.#isGeneralized(now)) tell('generalized', now.step);
    return marks;
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
    const { excludedLoss } = now;
    if (excludedLoss === undefined) return;
    this.#isFirstLook = this.#least === undefined;
    if (!(excludedLoss >= (this.#least?.excludedLoss ?? Infinity))) this.#least = now;
  }

  #isWorn({ sumSquaredWeights }: PhaseMeasures, share: number): boolean {
    return sumSquaredWeights < share * this.#peakWeights;
  }

  #hasCircuits(now: PhaseMeasures): boolean {
    const { excludedLoss, trainLoss } = now;
    if (excludedLoss === undefined || !this.#isWorn(now, 1)) return false;
    const before = this.#least!.excludedLoss!;
    // Keys that only now are few enough have no history: then the excess over the train loss alone must tell.
    const hasRisen = this.#isFirstLook || excludedLoss > CIRCUITS_OVER_LEAST * before;
    return hasRisen && excludedLoss > CIRCUITS_OVER_TRAIN * trainLoss;
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
