export { analyzeWeights } from './weights/analyze-weights.js';
export type { AnalyzeOptions } from './weights/analyze-weights.js';
export { childEnvironment } from './run/child-environment.js';
export { compareRuns } from './run/compare-runs.js';
export { inferSpec } from './weights/infer-spec.js';
export type { InferredSpec } from './weights/infer-spec.js';
export { bench, workloadNames } from './bench/bench.js';
export type { BenchOptions, BenchReport } from './bench/bench.js';
export type { BenchRow } from './bench/measure.js';
export { chooseEngine, defaultThreads, engineChoices, listEngines } from './engines/engines.js';
export type { ChosenEngine, EngineChoice, ExactEngineChoice } from './engines/engines.js';
export { executeRun } from './run/execute-run.js';
export type { ExecuteRunDeps, ExecuteRunOptions } from './run/execute-options.js';
export { exportRun, fileOf, runFormats, runTableNames, tableFormats } from './run/export-run.js';
export type { ExportedFile, RunExport, RunFormat, RunTableName, TableFormat } from './run/export-run.js';
export { newestWeights, weightsAt } from './run/newest-weights.js';
export { changedParts } from './parts/changed-parts.js';
export { defineMeasure } from './parts/define-measure.js';
export type { OwnMeasure } from './parts/define-measure.js';
export { defineModel } from './parts/define-model.js';
export type { OwnModel } from './parts/define-model.js';
export { defineSink } from './parts/define-sink.js';
export type { Sink, SinkRun } from './parts/define-sink.js';
export { defineTask } from './parts/define-task.js';
export type { OwnDrawnTask, OwnPairTask, OwnTableTask, OwnTask } from './parts/define-task.js';
export type { OwnTable } from './parts/own-table.js';
export { defineActivation, defineGradientStep, defineLoss, defineOptimizer } from './parts/define-update.js';
export { PartFault } from './parts/defined.js';
export type { DefinedPart, PartMark, PartRole, SourcePlace } from './parts/defined.js';
export { usedBy, withAbsoluteUse } from './parts/equip.js';
export type { PartsOptions } from './parts/equip.js';
export { orFault } from './parts/faults.js';
export { loadParts } from './parts/load-parts.js';
export { offerModules } from './parts/own-modules.js';
export { noOwnParts, withParts } from './parts/own-parts.js';
export type { OwnParts, UsedFile } from './parts/own-parts.js';
export { resumeRun } from './resume/resume-run.js';
export type { ResumeRunOptions } from './resume/resume-run.js';
export type { FromRunProcess, ToRunProcess } from './run/run-messages.js';
export { describeRefusal } from './run/run-refusal.js';
export type { RunRefusal, SpecRefused } from './run/run-refusal.js';
export { decodeRunQuery, selectRuns } from './run/run-query.js';
export type { RunQuery, RunQueryInput } from './run/run-query.js';
export { forkRun } from './run/fork-run.js';
export type { RunExit, RunProcess } from './run/fork-run.js';
export { planSweep } from './sweep/plan-sweep.js';
export type { RunOrder, StartRun } from './sweep/run-child.js';
export { SweepHeld, SweepLost } from './sweep/sweep-folder.js';
export {
  SWEEPS_FOLDER,
  SweepDamaged,
  SweepFormatError,
  listSweeps,
  readSweepRecord,
} from './sweep/sweep-record.js';
export type { SweepRecord } from './sweep/sweep-record.js';
export { runSummaries, sweep } from './sweep/sweep.js';
export type { SweepDeps, SweepOptions } from './sweep/sweep.js';
export type {
  SweepEndedEvent,
  SweepEvent,
  SweepRunEndedEvent,
  SweepRunProgressEvent,
  SweepRunStartedEvent,
  SweepStartedEvent,
} from './sweep/sweep-events.js';
export { csv, describeCell, sweepTable } from './sweep/sweep-table.js';
export { train } from './train/built-in-train.js';
export type { TrainOptions } from './train/train.js';
export { weighSpec } from './engines/weigh-spec.js';
export { filesOfWeights, keptFiles } from './files/kept-files.js';
export { inFolder, isOwnFile, withFilesOf } from './files/own-files.js';
export { resolveWithFiles } from './files/resolve-with-files.js';
export type { SpecWithFiles } from './files/resolve-with-files.js';
export { sweepInFolder } from './files/sweep-files.js';
export type { SpecRefusal } from './engines/weigh-spec.js';

export { EngineError } from '@grokscope/engine';
export { presets, preset, resolveRunSpec } from '@grokscope/experiments';
export type { Finding, Preset, SweepPlan, SweepRow } from '@grokscope/experiments';
export { curvesFigure } from '@grokscope/figures';
export type { CurvesFigureData } from '@grokscope/figures';
export {
  builtInMeasures,
  ChainDiverged,
  embeddingSpectrum,
  fourierBasis,
  frequencyPlane,
  KeyRuleNotAdmitted,
  hessianDefaults,
  llcDefaults,
  MeasureNotAdmitted,
  keyRules,
  strongestFrequencies,
} from '@grokscope/interpret';
export { frequenciesStandingOut, hintsFor, pairExamplesOf, standingOut } from '@grokscope/interpret';
export type {
  Analysis,
  EmbeddingSpectrum,
  FrequencyPlane,
  GroupWords,
  KeyRule,
  Look,
  Measure,
  SplitSource,
  Subject,
} from '@grokscope/interpret';
export { ops } from '@grokscope/graph';
export type { Graph, Tensor } from '@grokscope/graph';
export { lossOf, parameter } from '@grokscope/model';
export type { Activation, ForwardInputs, Loss, Model, NamedTensor, ParameterInfo } from '@grokscope/model';
export type { GradientStep, Optimizer, TrainedParameter } from '@grokscope/optim';
export {
  absentAs,
  InvalidSpec,
  integer,
  listOf,
  measured,
  numberAbove,
  numberFrom,
  numberWithin,
  oneOf,
  text,
  titled,
  trueOrFalse,
  withDefault,
} from '@grokscope/schema';
export type {
  DrawnRow,
  ExampleReader,
  Pairs,
  SampledTask,
  Table,
  Task,
  TaskShape,
  TaskStructure,
  TaskWords,
} from '@grokscope/tasks';
export { builtIn, decodeRunSpec, withTasks } from '@grokscope/parts';
export type { BasedSpecInput, FullCatalogue, RunSpec, RunSpecInput, SpecInput } from '@grokscope/parts';
export type {
  EngineReport,
  MeasureCurve,
  MeasureInfo,
  MetricsEvent,
  RunCommand,
  RunComparison,
  RunEvent,
  RunOutcome,
  SpecError,
  SweepInput,
  SweepSpec,
} from '@grokscope/schema';
export {
  events,
  everySteps,
  isEvent,
  isSnapshot,
  measureOf,
  metrics,
  progress,
  progressMeasures,
  snapshots,
  untilGeneralized,
} from '@grokscope/training';
export type { MeasureName, Schedule, Snapshot, TrainingCommand, TrainingItem } from '@grokscope/training';

export { MAX_THREADS } from '@grokscope/engine-wasm';
