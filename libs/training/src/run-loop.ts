import type { Program } from '@grokscope/engine';
import { allMeasures } from '@grokscope/interpret';
import { initialWeights, type NamedTensor } from '@grokscope/model';
import { HYPER_INPUT, hyperAt } from '@grokscope/optim';
import { builtIn } from '@grokscope/parts';
import type {
  EndReason,
  EndedEvent,
  FallEvent,
  MetricsEvent,
  RunEvent,
  RunSpec,
  StartedEvent,
} from '@grokscope/schema';
import { LEARNT_ACCURACY } from '@grokscope/schema';
import type { CommandQueue } from './commands/commands.js';
import type { Backlog } from './backlog.js';
import type { Fact, Snapshot, ToldItem } from './item.js';
import { evaluateAll, finiteOrNull, summarize, type Measurement, type Outputs } from './metrics.js';
import { buildProgram, namesOf, type ProgramParts, type TrainingProgram } from './program/program.js';
import { FallWatch } from './progress/fall-watch.js';
import { ProgressStage } from './progress/progress-stage.js';
import { RunControl } from './commands/run-control.js';
import { readExact, restore } from './resume.js';
import { endedFact, startedFact } from './run-facts.js';
import { readOptimizerState, readWeights, writeWeights } from './snapshot.js';
import { meetsStopCondition } from './stop-condition.js';
import { Stopwatch } from './stopwatch.js';
import type { TrainDeps } from './train-deps.js';
import { macrotask } from './macrotask.js';

/** Steps are made in chunks of about this many milliseconds, so that commands are handled in time. */
const CHUNK_MS = 60;

/** The step loop of one run: what happens between `started` and `ended`. Used once. */
export class RunLoop {
  readonly #state: RunControl;
  readonly #program: TrainingProgram;
  readonly #stage: ProgressStage;
  readonly #watch: Stopwatch;
  readonly #found: { stepMemorized: number | null; stepGeneralized: number | null };
  readonly #falls: FallWatch;
  #evaluationMs: number;
  #lastSnapshot = -1;
  #lastProgress = -1;
  /** The last measurement; `outputs` if progress measures are due for the same weights. */
  #last: { readonly step: number; readonly measured: Measurement; readonly outputs?: Outputs } | undefined;
  #cancelled = false;
  readonly #parts: ProgramParts;

  constructor(
    readonly spec: RunSpec,
    readonly deps: TrainDeps,
    readonly queue: CommandQueue,
    readonly backlog: Backlog,
    readonly next: (item: ToldItem) => void,
  ) {
    const {
      stepMemorized = null,
      stepGeneralized = null,
      elapsedMs,
      evaluationMs = 0,
    } = deps.resumeFrom?.progress ?? {};
    this.#state = new RunControl(spec, deps.snapshotEvery, deps.resumeFrom);
    this.#watch = new Stopwatch(elapsedMs);
    this.#found = { stepMemorized, stepGeneralized };
    this.#falls = new FallWatch(deps.resumeFrom?.progress);
    this.#evaluationMs = evaluationMs;
    this.#parts = deps.catalogue ?? builtIn;
    this.#program = buildProgram(spec, deps.dataset, { rewrites: deps.rewrites, parts: this.#parts });
    this.#stage = new ProgressStage(
      spec,
      deps.dataset,
      this.#program.parameters,
      namesOf(deps.rewrites ?? true),
      deps.engine.precision,
      allMeasures(deps.measures),
      deps.resumeFrom?.history,
      this.#parts,
    );
  }

  /** Makes the run. Rejects with `EngineError` if the engine fails; resolves quietly if cancelled. */
  async run(): Promise<void> {
    this.#emit<StartedEvent>(startedFact(this.spec, this.deps, this.#parts));
    const program = await this.deps.engine.compile({
      ...this.#program.functions,
      ...this.#stage.functions,
    });
    try {
      const { spec, dataset } = { spec: this.spec, dataset: this.deps.dataset };
      const { parameters } = this.#program;
      const { resumeFrom, initialWeights: given } = this.deps;
      if (!resumeFrom?.weights)
        writeWeights(program, parameters, given ?? initialWeights(spec.model, dataset, this.#parts.models));
      if (resumeFrom) restore(program, spec.optimizer, parameters, resumeFrom, this.#parts);
      this.#watch.start();
      await this.#steps(program);
      if (this.#cancelled) return;
      if (this.#last?.step !== this.#state.step) await this.#measure(program);
      await this.#snapshot(program, 'final');
      if (this.#cancelled) return;
      this.#watch.stop();
      for (const fact of await this.#stage.finish(program)) this.#emit(fact);
      if (this.#cannotGoOn()) for (const fact of this.#state.refuseWaiting()) this.#emit(fact);
      this.#end(this.#state.ending ?? 'completed', null);
    } finally {
      await program.dispose();
    }
  }

  /** Ends the run after an engine's failure. */
  fail(message: string): void {
    if (!this.#cancelled) this.#end('failed', message);
  }

  cancel(): void {
    this.#cancelled = true;
  }

  async #steps(program: Program): Promise<void> {
    const state = this.#state;
    await this.#observe(program);
    let chunk = 1;
    while (!this.#isOver()) {
      this.#state.replay();
      await this.#takeCommands(program);
      if (this.#isOver()) return;
      const n = state.stepsAhead(chunk);
      const before = this.#watch.elapsedMs;
      const feeds = Array.from({ length: n }, (_, i) => ({
        ...this.#program.batchAt(state.step + i),
        [HYPER_INPUT]: hyperAt(state.optimizer, state.step + i, this.spec.training.steps, this.#parts),
      }));
      await program.run('train', feeds);
      state.advance(n);
      const msPerStep = Math.max((this.#watch.elapsedMs - before) / n, 1e-3);
      chunk = Math.min(Math.max(1, Math.floor(CHUNK_MS / msPerStep)), 1024);
      await this.#observe(program);
      await macrotask();
      if (this.backlog.isFull) await this.#waitForListener();
    }
  }

  /** Holds the run back while its listener is too far behind; this does not count as training time. */
  async #waitForListener(): Promise<void> {
    this.#watch.stop();
    await this.backlog.room();
    this.#watch.start();
  }

  #cannotGoOn(): boolean {
    return this.#state.ending === 'diverged' || this.#state.ending === 'stopConditionMet';
  }

  #isOver(): boolean {
    return (
      this.#cancelled || this.#state.ending !== undefined || this.#state.step >= this.spec.training.steps
    );
  }

  async #takeCommands(program: Program): Promise<void> {
    for (const fact of this.#state.takeDue()) this.#emit(fact);
    for (;;) {
      for (let command = this.queue.take(); command; command = this.queue.take())
        for (const fact of this.#state.apply(command)) this.#emit(fact);
      if (!this.#state.paused || this.#isOver()) break;
      await this.#showRest(program);
      this.#watch.stop();
      await this.queue.next();
    }
    this.#watch.start();
  }

  /** A paused run shows the weights it rests at, whether or not this step was due. */
  async #showRest(program: Program): Promise<void> {
    const { step } = this.#state;
    if (this.#last?.step !== step) await this.#measure(program);
    if (this.#lastSnapshot !== step) await this.#snapshot(program, 'observe');
  }

  /** Emits what is due at this step. */
  async #observe(program: Program): Promise<void> {
    const { step } = this.#state;
    const { metricsEvery, progressEvery, checkpointEvery } = this.spec.observe;
    const due = (every: number): boolean => step % every === 0;
    const isLast = step >= this.spec.training.steps;
    if (due(metricsEvery) || isLast) await this.#measure(program);
    if ((due(progressEvery) || due(this.#state.snapshotEvery)) && !isLast)
      await this.#snapshot(program, 'observe');
    if (due(checkpointEvery) && step > 0 && !isLast && !this.#state.ending)
      await this.#snapshot(program, 'checkpoint');
  }

  async #measure(program: Program): Promise<void> {
    const { step } = this.#state;
    const start = performance.now();
    const { evaluation, parameters } = this.#program;
    // One forward pass serves both if progress measures come next.
    const inside = this.#isProgressDue() ? await this.#stage.evaluate(program) : undefined;
    const outputs = inside ?? (await evaluateAll(program, 'evaluate', evaluation, this.deps.dataset));
    const measured = summarize(outputs, this.deps.dataset, parameters);
    this.#evaluationMs += performance.now() - start;
    if (this.#cancelled) return;
    this.#last = { step, measured, ...(inside ? { outputs: inside } : {}) };
    if (measured.trainAccuracy >= LEARNT_ACCURACY) this.#found.stepMemorized ??= step;
    if (measured.testAccuracy >= LEARNT_ACCURACY) this.#found.stepGeneralized ??= step;
    const { trainLoss, testLoss, trainAccuracy, testAccuracy, sumSquaredWeights, testLossByToken } = measured;
    this.#emit<MetricsEvent>({
      type: 'metrics',
      step,
      trainLoss: finiteOrNull(trainLoss),
      testLoss: finiteOrNull(testLoss),
      trainAccuracy: finiteOrNull(trainAccuracy),
      testAccuracy: finiteOrNull(testAccuracy),
      sumSquaredWeights: finiteOrNull(sumSquaredWeights),
      stepsPerSecond: this.#watch.lap(step),
      ...(testLossByToken.length > 1 ? { testLossByToken: testLossByToken.map(finiteOrNull) } : {}),
    });
    const fall = this.#falls.see(step, testAccuracy);
    if (fall) this.#emit<FallEvent>(fall);
    if (!Number.isFinite(trainLoss)) this.#state.ending = 'diverged';
    else if (meetsStopCondition(this.spec.training.stopWhen, measured))
      this.#state.ending ??= 'stopConditionMet';
  }

  async #snapshot(program: Program, purpose: Snapshot['purpose']): Promise<void> {
    const { parameters } = this.#program;
    const weights = await readWeights(program, parameters);
    const kept = purpose === 'observe' ? {} : await this.#kept(program);
    if (this.#cancelled) return;
    if (purpose !== 'observe') this.#stage.keep(this.#state.step, weights);
    if (this.#lastProgress !== this.#state.step && (purpose === 'final' || this.#isProgressDue()))
      await this.#progress(program, weights);
    if (this.#cancelled) return;
    this.#lastSnapshot = this.#state.step;
    this.#tell({
      type: 'snapshot',
      runId: this.deps.runId,
      step: this.#state.step,
      purpose,
      weights,
      ...kept,
    });
  }

  #isProgressDue(): boolean {
    return this.#state.step % this.spec.observe.progressEvery === 0;
  }

  /** Measures before the snapshot is emitted, since its memory may be transferred with it. */
  async #progress(program: Program, weights: readonly NamedTensor[]): Promise<void> {
    const { step } = this.#state;
    this.#lastProgress = step;
    const start = performance.now();
    const known = this.#last?.step === step ? this.#last : undefined;
    const facts = await this.#stage.observe(program, step, weights, known);
    if (known) this.#last = { step, measured: known.measured };
    this.#evaluationMs += performance.now() - start;
    if (!this.#cancelled) for (const fact of facts) this.#emit(fact);
  }

  /** What the run is resumed with, besides the weights. */
  async #kept(program: Program): Promise<Pick<Snapshot, 'optimizer' | 'exact' | 'progress'>> {
    const { parameters } = this.#program;
    const { optimizer } = this.spec;
    const isExact = this.deps.engine.precision === 'float64';
    return {
      optimizer: await readOptimizerState(program, optimizer, parameters, this.#parts),
      ...(isExact ? { exact: await readExact(program, optimizer, parameters, this.#parts) } : {}),
      progress: {
        settings: this.#state.settings,
        ...this.#found,
        ...this.#falls.kept,
        elapsedMs: this.#watch.elapsedMs,
        evaluationMs: this.#evaluationMs,
      },
    };
  }

  #end(reason: EndReason, message: string | null): void {
    this.#watch.stop();
    const { step } = this.#state;
    const { elapsedMs } = this.#watch;
    const times = { elapsedMs, evaluationMs: this.#evaluationMs };
    const measured = this.#last?.measured;
    this.#emit<EndedEvent>(endedFact({ reason, message, step, times, found: this.#found, measured }));
  }

  #emit<E extends RunEvent>(fact: Fact<E>): void {
    this.#tell(fact as Fact<RunEvent>);
  }

  #tell(item: ToldItem): void {
    this.backlog.add();
    this.next(item);
  }
}
