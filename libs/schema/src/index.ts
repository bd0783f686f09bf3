export { MAX_ASSIGNMENTS, applySet, setAll, setAt, valueAt } from './spec/apply-set.js';
export { MAX_DEPTH, MAX_VALUES, sizeFault } from './decoding/bounds.js';
export { ClientMessageSchema, decodeClientMessage } from './wire/client-message.js';
export type { ClientMessage } from './wire/client-message.js';
export { defaultsOf, kindsOf, partOf, presetsOf, taskPartOf } from './parts/catalogue.js';
export type {
  Catalogue,
  GradientStepPart,
  ModelPart,
  ModelRule,
  OptimizerPart,
  ParameterSchemas,
  Part,
  Preset,
  TaskPart,
} from './parts/catalogue.js';
export { filesOf, isFilePlace, mapFiles, noFiles } from './parts/files.js';
export type { Files } from './parts/file-contents.js';
export type { NamedFile } from './parts/files.js';
export { anyTaskCatalogue } from './parts/core-parts.js';
export { MAX_DRAWN, trainCount } from './spec/data-rules.js';
export { decodeRunSpec, decodeStoredSpec } from './spec/decode-run-spec.js';
export {
  absentAs,
  closed,
  described,
  filePath,
  integer,
  listOf,
  numberAbove,
  numberFrom,
  numberWithin,
  oneOf,
  optional,
  text,
  trueOrFalse,
  titled,
  unless,
  withDefault,
} from './decoding/fields.js';
export { decodeSweepSpec, variedPaths } from './sweep/decode-sweep-spec.js';
export { formatSpecErrors, formatValue, specError } from './decoding/errors.js';
export { didYouMean } from './decoding/validate.js';
export type { FormattableError, SpecError } from './decoding/errors.js';
export { Faults, MAX_LISTED, countFaults } from './decoding/faults.js';
export { InvalidSpec } from './decoding/invalid-spec.js';
export {
  describeMeasure,
  knownMeasures,
  measured,
  MeasureDescriptionSchema,
  measureFaults,
  measureNeeds,
  placeOf,
} from './parts/measure.js';
export type {
  MeasureColumn,
  MeasureCurve,
  MeasureDescription,
  MeasureInfo,
  MeasureNeed,
  MeasureValue,
} from './parts/measure.js';
// Exported by `*`: only an interface exported this way can be augmented from outside.
export * from './parts/measure-values.js';
export { mergeAll, mergeInputs } from './spec/merge.js';
export { adamParameters, belowOne } from './spec/optimizer-rules.js';
export { isPlainObject } from './decoding/plain.js';
export type { PlainObject } from './decoding/plain.js';
export { modelKind } from './spec/model-spec.js';
export type { ModelSpec } from './spec/model-spec.js';
export type { OptimizerInput, OptimizerSpec } from './spec/optimizer-spec.js';
export {
  RunCommandSchema,
  commandNames,
  commanders,
  decodeRunCommand,
  settablePaths,
} from './run/run-command.js';
export type { Commander, RunCommand } from './run/run-command.js';
export { finalKeysAfter, keysOf } from './run/final-keys.js';
export type { FinalKeys } from './run/final-keys.js';
export {
  extremeColumns,
  forEachName,
  metricNames,
  metricScalars,
  outlineColumns,
  scalarInfo,
} from './run/metric-scalars.js';
export type {
  ExtremeColumn,
  MetricScalar,
  OutlineColumn,
  ScalarCurve,
  ScalarInfo,
} from './run/metric-scalars.js';
export { decodeRunEvent, endReasons, engineNames, eventTypes, runEventSchema } from './run/run-event.js';
export type {
  CheckpointEvent,
  CommandAnswerEvent,
  CommandEvent,
  EndReason,
  EndedEvent,
  EngineName,
  EventType,
  FallEvent,
  MetricsEvent,
  PhaseEvent,
  ProgressEvent,
  RunEvent,
  StartedEvent,
} from './run/run-event.js';
export {
  MAX_NOTE,
  MAX_TAG,
  MAX_TAGS,
  NotesChangeSchema,
  PruneOrderSchema,
  PruneReportSchema,
  RunNotesSchema,
  decodeNotesChange,
  decodePruneOrder,
} from './run/run-notes.js';
export type { NotesChange, PruneOrder, PruneReport, RunNotes } from './run/run-notes.js';
export { FALLEN_ACCURACY, LEARNT_ACCURACY, decodeRunState, runStates } from './run/run-state.js';
export type { RunState } from './run/run-state.js';
export { RunProgressSchema, decodeRunProgress } from './run/run-progress.js';
export type { RunProgress } from './run/run-progress.js';
export type { DataSpec } from './spec/data-spec.js';
export { runSpecDefaults } from './spec/run-spec.js';
export { runSpecSchema } from './spec/spec-schema.js';
export type {
  BasedSpecInput,
  ObserveSpec,
  RunSpec,
  RunSpecInput,
  SpecInput,
  TrainingSpec,
} from './spec/run-spec.js';
export {
  addChange,
  describeChanges,
  formatSetting,
  hadSettings,
  isAsSpecified,
  isChangedValue,
  settingDifferences,
  settingsOf,
  specDifferences,
} from './run/provenance.js';
export type { ChangedValue, Provenance, SettingChange, SettingDifference } from './run/provenance.js';
export { absentDefaults } from './spec/spec-defaults.js';
export { pathFault, valueFaults } from './spec/spec-path.js';
export {
  decodeTaskKind,
  decodeWhere,
  hasSettings,
  isSameSetting,
  searchable,
  settingAt,
} from './spec/spec-query.js';
export type { WantedSetting } from './spec/spec-query.js';
export { MAX_RUNS, SweepSpecSchema, findingStatistics, thresholdStatistics } from './sweep/sweep-spec.js';
export type {
  FindingSpec,
  FindingStatistic,
  PublishedSpec,
  SweepInput,
  SweepSpec,
} from './sweep/sweep-spec.js';
export { ErrorBodySchema, NotesConflictSchema } from './wire/answer-errors.js';
export type { ErrorBody, Fault, NotesConflict } from './wire/answer-errors.js';
export {
  CheckpointListSchema,
  CommandAcceptedSchema,
  RunComparisonSchema,
  RunSeriesSchema,
  RunStartedSchema,
  runDetailSchema,
  runOutlineSchema,
} from './wire/run-answers.js';
export type {
  CheckpointList,
  CommandAccepted,
  RunComparison,
  RunDetail,
  RunOutcome,
  RunOutline,
  RunSeries,
  RunStarted,
} from './wire/run-answers.js';
export {
  EngineReportSchema,
  HealthSchema,
  SweepDetailSchema,
  SweepSummarySchema,
  TaskDescriptionSchema,
  presetDescriptionSchema,
} from './wire/list-answers.js';
export type {
  Announcement,
  EngineReport,
  Health,
  PresetDescription,
  SweepDetail,
  SweepSummary,
  TaskDescription,
} from './wire/list-answers.js';
export { serverMessageSchemas } from './wire/server-message.js';
export type { ServerMessage } from './wire/server-message.js';
export {
  ListedRunSchema,
  LockHolderSchema,
  RunSummarySchema,
  outcomeFields,
  provenanceFields,
} from './run/run-summary.js';
export type { ListedRun, LockHolder, RunSummary } from './run/run-summary.js';
export type { TaskSpec } from './parts/task-spec.js';
export { toldOf, withTold } from './parts/told-task.js';
export type { ToldTask } from './parts/told-task.js';
export { TensorHeaderSchema, decodeTensorFrame, encodeTensorFrame } from './wire/tensor-frame.js';
export type { TensorHeader, WireTensor } from './wire/tensor-frame.js';
export { isValid } from './decoding/validate.js';
