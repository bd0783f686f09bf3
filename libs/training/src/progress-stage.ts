import type { Functions, Program, Values } from '@grokscope/engine';
import {
  createLiveMeter,
  PhaseWatch,
  type LiveMeasures,
  type LiveMeter,
  type PhaseMeasures,
} from '@grokscope/interpret';
import { toGraphLayout, type NamedTensor, type ParameterInfo } from '@grokscope/model';
import type { PhaseEvent, ProgressEvent, RunSpec } from '@grokscope/schema';
import type { Dataset } from '@grokscope/tasks';
import { buildEvaluation, LOGITS, type Evaluation } from './evaluation.js';
import { evaluateAll, finiteOrNull, type Measured, type Outputs } from './metrics.js';

type Fact<E> = Omit<E, 'runId' | 'seq' | 'time'>;
type ProgressFact = Fact<ProgressEvent> | Fact<PhaseEvent>;

/** Checkpoints are kept in memory for the last look while they take at most this (256 MiB). */
const KEPT_BYTES = 2 ** 28;
/** Name of the function among the run's. */
const PROGRESS = 'progress';

/**
 * What a run says of its inside: progress measures every `observe.progressEvery` steps, on the engine's own forward
 * pass, phases as they show, and at the end the checkpoints measured again with the final key frequencies.
 */
export class ProgressStage {
  /** What the engine must compile beside the run's own functions. */
  readonly functions: Functions;
  readonly #meter: LiveMeter;
  readonly #forward: Evaluation | undefined;
  readonly #kept = new Map<number, readonly NamedTensor[]>();
  /** What phases were told from, by step, without what depends on keys. */
  readonly #seen = new Map<number, PhaseMeasures>();
  #keptBytes = 0;
  #phases: PhaseWatch;
  #told = new Map<string, number>();

  constructor(
    spec: Pick<RunSpec, 'model' | 'training'>,
    readonly dataset: Dataset,
    readonly parameters: readonly ParameterInfo[],
    rewrites: readonly string[],
    readonly precision: ProgressEvent['precision'],
    readonly fromStep = 0,
  ) {
    this.#meter = createLiveMeter(spec.model, dataset);
    this.#forward = this.#meter.needsLogits
      ? buildEvaluation(spec, dataset, parameters, rewrites, undefined, true)
      : undefined;
    this.functions = this.#forward ? { [PROGRESS]: this.#forward.function } : {};
    this.#phases = this.#phaseWatch();
  }

  /** What `evaluate` tells, with the logits that `observe` reads; undefined where it reads none. */
  async evaluate(program: Program): Promise<Outputs | undefined> {
    return this.#forward && evaluateAll(program, PROGRESS, this.#forward, this.dataset);
  }

  /**
   * The measures of the weights at `step`, and the phases they tell.
   *
   * @param known what was already evaluated of these weights
   */
  async observe(
    program: Program,
    step: number,
    weights: readonly NamedTensor[],
    known: { readonly measured?: Measured; readonly outputs?: Outputs } = {},
  ): Promise<ProgressFact[]> {
    const { measured, outputs } = known;
    const measures = this.#meter.measure(weights, (outputs ?? (await this.evaluate(program)))?.[LOGITS]);
    const facts: ProgressFact[] = [this.#fact(step, measures, 'current')];
    const told = phaseMeasures(step, measures, measured);
    if (!told) return facts;
    const { excludedLoss: _, restrictedLoss: __, ...plain } = told;
    this.#seen.set(step, plain);
    return [...facts, ...this.#tell(told)];
  }

  /** Remembers a checkpoint for `finish`. */
  keep(step: number, weights: readonly NamedTensor[]): void {
    const bytes = weights.reduce((sum, { data }) => sum + data.byteLength, 0);
    if (!this.#meter.needsLogits || this.#kept.has(step) || this.#keptBytes + bytes > KEPT_BYTES) return;
    this.#keptBytes += bytes;
    // Copies: a snapshot's memory moves away with it.
    this.#kept.set(
      step,
      weights.map((tensor) => ({ ...tensor, data: tensor.data.slice() })),
    );
  }

  /**
   * Measures every checkpoint kept with the keys of the last one; none if those are too many to mean anything. The
   * program's parameters are changed: for a run whose weights were already saved.
   */
  async finish(program: Program): Promise<ProgressFact[]> {
    const steps = [...this.#kept.keys()].sort((a, b) => a - b);
    const last = this.#kept.get(steps.at(-1) ?? -1);
    if (!last) return [];
    const keys = this.#finalKeys(this.#meter.measure(last, await this.#logitsOf(program, last)));
    if (!keys) return [];
    const facts: ProgressFact[] = [];
    const seen = new Map(this.#seen);
    for (const step of steps) {
      const weights = this.#kept.get(step)!;
      const measures = this.#meter.measure(weights, await this.#logitsOf(program, weights), keys);
      facts.push(this.#fact(step, measures, 'final'));
      const told = phaseMeasures(step, measures, undefined);
      if (told) seen.set(step, told);
    }
    this.#phases = this.#phaseWatch();
    const history = [...seen.values()].sort((x, y) => x.step - y.step);
    const phases = history.flatMap((measures) => this.#tell(measures));
    return [...facts, ...phases];
  }

  #finalKeys({ keyFrequencies, keyFrequencyRule: rule }: LiveMeasures): readonly number[] | undefined {
    return rule && keyFrequencies?.[rule];
  }

  #phaseWatch(): PhaseWatch {
    const { dVocabOut, stream } = this.dataset;
    return new PhaseWatch(
      Math.log(this.#meter.needsLogits ? dVocabOut - 1 : dVocabOut),
      stream === undefined,
    );
  }

  async #logitsOf(program: Program, weights: readonly NamedTensor[]): Promise<Values | undefined> {
    this.parameters.forEach((info, i) => program.write(info.name, toGraphLayout(info, weights[i].data)));
    return (await this.evaluate(program))?.[LOGITS];
  }

  #fact(step: number, measures: LiveMeasures, keys: 'current' | 'final'): Fact<ProgressEvent> {
    const hasKeys = measures.keyFrequencies !== undefined;
    const plain = JSON.parse(JSON.stringify(measures)) as Omit<
      Fact<ProgressEvent>,
      'type' | 'step' | 'precision'
    >;
    return { type: 'progress', step, ...plain, ...(hasKeys ? { keys } : {}), precision: this.precision };
  }

  #tell(measures: PhaseMeasures): Fact<PhaseEvent>[] {
    const marks = this.#phases.add(measures);
    return marks
      .filter((mark) => mark.step >= this.fromStep && this.#told.get(mark.phase) !== mark.step)
      .map(({ phase, step: begins, evidence }) => {
        const revised = this.#told.has(phase);
        this.#told.set(phase, begins);
        const numbers = Object.fromEntries(
          Object.entries(evidence).map(([name, x]) => [name, finiteOrNull(x)]),
        );
        return { type: 'phase', step: begins, phase, evidence: numbers, ...(revised ? { revised } : {}) };
      });
  }
}

/** What phases are told from; undefined where a loss is missing. */
function phaseMeasures(
  step: number,
  { loss, sumSquaredWeights, excludedLoss, restrictedLoss }: LiveMeasures,
  metrics: Measured | undefined,
): PhaseMeasures | undefined {
  const trainLoss = loss?.train ?? metrics?.trainLoss;
  const testLoss = loss?.test ?? metrics?.testLoss;
  if (trainLoss === undefined || testLoss === undefined || !sumSquaredWeights) return undefined;
  return {
    step,
    trainLoss,
    testLoss,
    sumSquaredWeights: sumSquaredWeights.total,
    ...(excludedLoss ? { excludedLoss: excludedLoss.all } : {}),
    ...(restrictedLoss ? { restrictedLoss: restrictedLoss.all } : {}),
  };
}
