export { applySet } from './apply-set.js';
export { ClientMessageSchema, decodeClientMessage } from './client-message.js';
export type { ClientMessage } from './client-message.js';
export { decodeRunSpec } from './decode-run-spec.js';
export { formatSpecErrors, formatValue, specError } from './errors.js';
export type { FormattableError, SpecError } from './errors.js';
export { mergeInputs } from './merge.js';
export { tensorNames } from './model-spec.js';
export type { ModelSpec } from './model-spec.js';
export type { OptimizerInput, OptimizerSpec } from './optimizer-spec.js';
export { RunCommandSchema, commandNames, decodeRunCommand } from './run-command.js';
export type { RunCommand } from './run-command.js';
export { RunEventSchema, decodeRunEvent, endReasons, engineNames } from './run-event.js';
export type {
  CheckpointEvent,
  CommandEvent,
  EndReason,
  EndedEvent,
  EngineName,
  MetricsEvent,
  PhaseEvent,
  ProgressEvent,
  RunEvent,
  RunState,
  StartedEvent,
} from './run-event.js';
export { MAX_MODULUS, RunSpecSchema, runSpecDefaults, taskKinds, taskParameters } from './run-spec.js';
export type {
  DataSpec,
  ObserveSpec,
  RunSpec,
  RunSpecInput,
  TaskKind,
  TaskSpec,
  TrainingSpec,
} from './run-spec.js';
export { exampleCount, trainCount } from './spec-rules.js';
