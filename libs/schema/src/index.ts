export { MAX_ASSIGNMENTS, applySet, setAll, setAt, valueAt } from './apply-set.js';
export { MAX_DEPTH, MAX_VALUES, sizeFault } from './bounds.js';
export { ClientMessageSchema, decodeClientMessage } from './client-message.js';
export type { ClientMessage } from './client-message.js';
export { defaultsOf, kindsOf, partOf, presetsOf, taskPartOf } from './catalogue.js';
export type {
  Catalogue,
  GradientStepPart,
  ModelPart,
  OptimizerPart,
  ParameterSchemas,
  Part,
  Preset,
  TaskPart,
} from './catalogue.js';
export { anyTaskCatalogue } from './core-parts.js';
export { MAX_DRAWN, trainCount } from './data-rules.js';
export { decodeRunSpec, decodeStoredSpec } from './decode-run-spec.js';
export {
  closed,
  described,
  integer,
  numberAbove,
  numberFrom,
  oneOf,
  text,
  trueOrFalse,
  withDefault,
} from './fields.js';
export { decodeSweepSpec, variedPaths } from './decode-sweep-spec.js';
export { formatSpecErrors, formatValue, specError } from './errors.js';
export type { FormattableError, SpecError } from './errors.js';
export { Faults, MAX_LISTED, countFaults } from './faults.js';
export { InvalidSpec } from './invalid-spec.js';
export {
  describeMeasure,
  knownMeasures,
  measured,
  MeasureDescriptionSchema,
  measureFaults,
  measureNeeds,
  placeOf,
} from './measure.js';
export type {
  MeasureColumn,
  MeasureCurve,
  MeasureDescription,
  MeasureInfo,
  MeasureNeed,
  MeasureValue,
} from './measure.js';
// Not by name: only an interface exported so can be added to from outside.
export * from './measure-values.js';
export { mergeInputs } from './merge.js';
export { tensorNames, transformer } from './transformer.js';
export { adamParameters, belowOne } from './optimizer-rules.js';
export { isPlainObject } from './plain.js';
export type { PlainObject } from './plain.js';
export type { ModelSpec } from './model-spec.js';
export type { OptimizerInput, OptimizerSpec } from './optimizer-spec.js';
export {
  RunCommandSchema,
  commandNames,
  commanders,
  decodeRunCommand,
  settablePaths,
} from './run-command.js';
export type { Commander, RunCommand } from './run-command.js';
export { decodeRunEvent, endReasons, engineNames, eventTypes, runEventSchema } from './run-event.js';
export type {
  CheckpointEvent,
  CommandAnswerEvent,
  CommandEvent,
  EndReason,
  EndedEvent,
  EngineName,
  EventType,
  MetricsEvent,
  PhaseEvent,
  ProgressEvent,
  RunEvent,
  StartedEvent,
} from './run-event.js';
export {
  MAX_NOTE,
  MAX_TAG,
  MAX_TAGS,
  NotesChangeSchema,
  PruneOrderSchema,
  decodeNotesChange,
  decodePruneOrder,
} from './run-notes.js';
export type { NotesChange, PruneOrder } from './run-notes.js';
export { LEARNT_ACCURACY, decodeRunState, runStates } from './run-state.js';
export type { RunState } from './run-state.js';
export { RunProgressSchema, decodeRunProgress } from './run-progress.js';
export type { RunProgress } from './run-progress.js';
export type { DataSpec } from './data-spec.js';
export { runSpecDefaults } from './run-spec.js';
export { runSpecSchema } from './spec-schema.js';
export type {
  BasedSpecInput,
  ObserveSpec,
  RunSpec,
  RunSpecInput,
  SpecInput,
  TrainingSpec,
} from './run-spec.js';
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
} from './provenance.js';
export type { ChangedValue, Provenance, SettingChange, SettingDifference } from './provenance.js';
export { absentDefaults } from './spec-defaults.js';
export { pathFault, valueFaults } from './spec-path.js';
export {
  decodeTaskKind,
  decodeWhere,
  hasSettings,
  isSameSetting,
  searchable,
  settingAt,
} from './spec-query.js';
export type { WantedSetting } from './spec-query.js';
export { MAX_RUNS, SweepSpecSchema, findingStatistics, thresholdStatistics } from './sweep-spec.js';
export type { FindingSpec, FindingStatistic, PublishedSpec, SweepInput, SweepSpec } from './sweep-spec.js';
export { serverMessageSchemas } from './server-message.js';
export type { ServerMessage } from './server-message.js';
export {
  ListedRunSchema,
  LockHolderSchema,
  RunSummarySchema,
  outcomeFields,
  provenanceFields,
} from './run-summary.js';
export type { ListedRun, LockHolder, RunSummary } from './run-summary.js';
export type { TaskSpec } from './task-spec.js';
export { TensorHeaderSchema, decodeTensorFrame, encodeTensorFrame } from './tensor-frame.js';
export type { TensorHeader, WireTensor } from './tensor-frame.js';
export { isValid } from './validate.js';
