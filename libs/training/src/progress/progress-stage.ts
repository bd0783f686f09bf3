import { sizeOf } from '@grokscope/base';
import type { Functions, Program, Values } from '@grokscope/engine';
import {
  createLiveMeter,
  PhaseWatch,
  type LiveMeasures,
  type LiveMeter,
  type LiveReadings,
  type Measure,
  type PhaseMark,
  type PhaseMeasures,
} from '@grokscope/interpret';
import { toFileLayout, toGraphLayout, type NamedTensor, type ParameterInfo } from '@grokscope/model';
import { builtIn } from '@grokscope/parts';
import type { PhaseEvent, ProgressEvent, RunSpec } from '@grokscope/schema';
import type { Dataset } from '@grokscope/tasks';
import { activationOf, buildEvaluation, LOGITS, type Evaluation } from '../program/evaluation.js';
import { KeptWeights } from '../operators/kept-weights.js';
import { evaluateAll, type Measurement, type Outputs } from '../metrics.js';
import { gradientFunction, type LossParts, type ProgramSpec } from '../program/program.js';
import { lookedAt, pastLooks, type StageHistory, type StageLook } from './stage-look.js';

type Fact<E> = Omit<E, 'runId' | 'seq' | 'time'>;
/** What a look told. */
type Told = Omit<ProgressEvent, 'runId' | 'seq' | 'time' | 'type'>;
type ProgressFact = Fact<ProgressEvent> | Fact<PhaseEvent>;

/** Names of the functions among the run's. */
const PROGRESS = 'progress';
const GRADIENTS = 'gradients';
/** Checkpoints measured again when the run looks back with the current keys. */
const LOOK_BACK = 32;

/**
 * The progress facts of a run: progress measures every `observe.progressEvery` steps, on the engine's own forward pass,
 * phases as they appear, and at the end the checkpoints measured again with the final key frequencies.
 *
 * Its whole state follows from what is stored (`StageHistory`), so that a run that was killed reports the same as one
 * that never was.
 */
export class ProgressStage {
  /** The functions that the engine must compile besides the run's own. */
  readonly functions: Functions;
  readonly #meter: LiveMeter;
  readonly #forward: Evaluation | undefined;
  readonly #gradients: ReturnType<typeof gradientFunction> | undefined;
  readonly #kept: KeptWeights;
  /** The measures on which phases were judged, by step, without those that depend on keys. */
  readonly #seen = new Map<number, PhaseMeasures>();
  readonly #phases: PhaseWatch;
  /** The step at which each phase was last reported to begin. */
  readonly #told = new Map<string, number>();
  /** What the newest looks told, for measures that follow from the look before; in ascending steps. */
  #looks: readonly Told[] = [];
  /** Measures of before the run was resumed, still to be gone through. */
  #past: readonly StageLook[];

  /** @param measures what is measured, in the order in which it is reported */
  constructor(
    spec: ProgramSpec & Partial<Pick<RunSpec, 'observe'>>,
    readonly dataset: Dataset,
    readonly parameters: readonly ParameterInfo[],
    rewrites: readonly string[],
    readonly precision: ProgressEvent['precision'],
    measures: readonly Measure[],
    history?: StageHistory,
    parts: LossParts = builtIn,
  ) {
    this.#meter = createLiveMeter(spec.model, dataset, measures, spec.observe?.measures);
    const { needsLogits: logits, activations } = this.#meter;
    this.#forward =
      logits || activations.length > 0
        ? buildEvaluation(spec, dataset, parameters, rewrites, { insides: { logits, activations }, parts })
        : undefined;
    this.#gradients = this.#meter.needsGradients
      ? gradientFunction(spec, dataset, parameters, rewrites, parts)
      : undefined;
    this.functions = {
      ...(this.#forward ? { [PROGRESS]: this.#forward.function } : {}),
      ...(this.#gradients ? { [GRADIENTS]: this.#gradients.function } : {}),
    };
    this.#phases = this.#phaseWatch();
    this.#kept = new KeptWeights(4 * parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0));
    for (const { phase, step } of history?.phases ?? []) this.#told.set(phase, step);
    for (const { step, weights } of history?.checkpoints ?? []) this.keep(step, weights);
    this.#past = history ? pastLooks(history) : [];
    this.#looks = (history?.progress ?? []).filter(({ keys }) => keys !== 'final');
  }

  /** The outputs of `evaluate`, with the logits that `observe` reads; undefined if it reads none. */
  async evaluate(program: Program): Promise<Outputs | undefined> {
    return this.#forward && evaluateAll(program, PROGRESS, this.#forward, this.dataset);
  }

  /**
   * The measures of the weights at `step`, and the phases that follow from them.
   *
   * @param known what was already evaluated for these weights
   */
  async observe(
    program: Program,
    step: number,
    weights: readonly NamedTensor[],
    known: { readonly measured?: Measurement; readonly outputs?: Outputs } = {},
  ): Promise<ProgressFact[]> {
    const { measured, outputs } = known;
    const before = this.#looks.findLast((look) => look.step < step);
    const readings = await this.#readings(program, step, outputs);
    const measures = this.#meter.measure(weights, { ...readings, step, ...(before ? { before } : {}) });
    const fact = this.#fact(step, measures, 'current');
    this.#looks = [...(before ? [before] : []), fact];
    const facts: ProgressFact[] = [fact];
    for (const past of this.#past) if (past.measures.step < step) await this.#follow(program, past);
    this.#past = [];
    const looked = lookedAt(step, measures, measured);
    if (!looked) return facts;
    const marks = await this.#follow(program, looked);
    // A run reports each phase once while it goes on: the report may be wrong, and is checked when the run has ended.
    return [...facts, ...marks.filter(({ phase }) => !this.#told.has(phase)).map((mark) => this.#say(mark))];
  }

  /** Remembers a checkpoint for `finish` and for looks back. */
  keep(step: number, weights: readonly NamedTensor[] | undefined): void {
    if (this.#meter.isOverAnswers) this.#kept.keep(step, weights);
  }

  /**
   * Measures every kept checkpoint with the keys of the last one; none if there are too many keys to be meaningful. The
   * program's parameters are changed: for a run whose weights were already saved.
   */
  async finish(program: Program): Promise<ProgressFact[]> {
    const { steps } = this.#kept;
    const last = steps.at(-1);
    if (last === undefined) return [];
    const keys = this.#keysOf(
      this.#meter.measure(this.#kept.at(last), await this.#readingsAt(program, last), {}),
    );
    if (!keys) return [];
    const facts: ProgressFact[] = [];
    const seen = new Map(this.#seen);
    for (const step of steps) {
      const measures = this.#meter.measure(this.#kept.at(step), await this.#readingsAt(program, step), {
        keys,
      });
      facts.push(this.#fact(step, measures, 'final'));
      const looked = lookedAt(step, measures, undefined);
      if (looked) seen.set(step, looked.measures);
    }
    const watch = this.#phaseWatch();
    const history = [...seen.values()].sort((x, y) => x.step - y.step);
    const marks = history.flatMap((measures) => watch.add(measures));
    const changed = marks.filter((mark) => this.#told.get(mark.phase) !== mark.step);
    return [...facts, ...changed.map((mark) => this.#say(mark, last))];
  }

  /** Takes the measures of the next step; returns the phases that follow. */
  async #follow(program: Program, { measures, keys }: StageLook): Promise<PhaseMark[]> {
    const { excludedLoss: _, restrictedLoss: __, ...plain } = measures;
    if (this.#seen.has(plain.step)) return [];
    this.#seen.set(plain.step, plain);
    this.#phases.see(measures);
    const since = this.#phases.wantsLookBack;
    if (since !== undefined) this.#phases.lookBack(await this.#lookBack(program, keys, since, plain.step));
    return this.#phases.tell();
  }

  /**
   * The checkpoints kept since one step and before another, measured with these keys. The program's parameters are
   * restored.
   */
  async #lookBack(
    program: Program,
    keys: readonly number[],
    since: number,
    before: number,
  ): Promise<PhaseMeasures[]> {
    const steps = spread(
      this.#kept.steps.filter((step) => step >= since && step < before),
      LOOK_BACK,
    );
    if (steps.length === 0) return [];
    const now = new Map<string, Values>();
    for (const { name } of this.parameters) now.set(name, (await program.read(name)).slice());
    const earlier: PhaseMeasures[] = [];
    for (const step of steps) {
      const measures = this.#meter.measure(this.#kept.at(step), await this.#readingsAt(program, step), {
        keys,
      });
      const looked = lookedAt(step, measures, undefined);
      if (looked) earlier.push(looked.measures);
    }
    for (const [name, values] of now) program.write(name, values);
    return earlier;
  }

  #keysOf({ keyFrequencies, keyFrequencyRule: rule }: LiveMeasures): readonly number[] | undefined {
    return rule && keyFrequencies?.[rule];
  }

  #phaseWatch(): PhaseWatch {
    const { dVocabOut, operands, stream } = this.dataset;
    return new PhaseWatch(Math.log(operands?.answers ?? dVocabOut), stream === undefined);
  }

  /** The inputs of measures for a kept checkpoint whose weights the program has now. */
  async #readingsAt(program: Program, step: number): Promise<LiveReadings> {
    const weights = this.#kept.at(step);
    this.parameters.forEach((info, i) => program.write(info.name, toGraphLayout(info, weights[i].data)));
    return this.#readings(program, step, undefined, this.#meter.again);
  }

  /** What measures read of the program's weights, as far as any reads it. */
  async #readings(
    program: Program,
    step: number,
    known?: Outputs,
    { needsLogits, activations, needsGradients }: LiveMeter['again'] = this.#meter,
  ): Promise<LiveReadings> {
    const outputs = known ?? (await this.evaluate(program));
    const gradients = needsGradients ? await this.#gradientsOf(program, step) : undefined;
    return {
      ...(outputs && needsLogits ? { logits: outputs[LOGITS] } : {}),
      ...(outputs && activations.length > 0
        ? { activations: Object.fromEntries(activations.map((name) => [name, outputs[activationOf(name)]])) }
        : {}),
      ...(gradients ? { gradients } : {}),
    };
  }

  async #gradientsOf(program: Program, step: number): Promise<NamedTensor[] | undefined> {
    if (!this.#gradients) return undefined;
    const values = await program.run(GRADIENTS, [this.#gradients.feedAt(step)]);
    return this.parameters.map((info) => ({
      name: info.name,
      shape: info.shape,
      data: toFileLayout(info, values[info.name]),
    }));
  }

  #fact(step: number, measures: LiveMeasures, keys: 'current' | 'final'): Fact<ProgressEvent> {
    const hasKeys = measures.keyFrequencies !== undefined;
    const plain = JSON.parse(JSON.stringify(measures)) as Omit<
      Fact<ProgressEvent>,
      'type' | 'step' | 'precision'
    >;
    return { type: 'progress', step, ...plain, ...(hasKeys ? { keys } : {}), precision: this.precision };
  }

  /** @param at the step the run has reached; default: that of the measures. */
  #say({ phase, step, evidence }: PhaseMark, at?: number): Fact<PhaseEvent> {
    const before = this.#told.get(phase);
    this.#told.set(phase, step);
    return {
      type: 'phase',
      step,
      phase,
      evidence: { ...evidence, ...(at === undefined ? {} : { toldAt: at }) },
      ...(before === undefined ? {} : { revised: true, revisedFrom: before }),
    };
  }
}

/** At most this many of these, spread over all of them, the last included. */
function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, i) => all[Math.ceil(((i + 1) * all.length) / most) - 1]);
}
