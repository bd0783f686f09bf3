/** Events for tests: a run's facts without writing out every field. Not for the page. */
import type {
  CheckpointEvent,
  CommandAnswerEvent,
  EndedEvent,
  MetricsEvent,
  PhaseEvent,
  ProgressEvent,
  RunEvent,
  RunSpec,
  StartedEvent,
} from '@grokscope/schema';
import { preset } from '@grokscope/experiments';
import type { ConnectionFact } from '../connection/connection.js';
import type { RunView } from '../run/run-state.js';
import { initialRunView, reduceFacts } from '../run/run-state.js';

/** What every event has. */
export const fact = { runId: 'run-a', seq: 0, time: '2026-01-01T00:00:00.000Z' };

export const started = (change: (spec: RunSpec) => RunSpec = (spec) => spec): StartedEvent => ({
  ...fact,
  type: 'started',
  spec: change(preset('quick-grok')),
  engine: 'wasm',
  threads: 2,
  relaxedSimd: true,
  parameterCount: 226816,
  why: 'the fastest here',
});

export const metrics = (step: number, values: Partial<MetricsEvent> = {}): MetricsEvent => ({
  ...fact,
  type: 'metrics',
  step,
  trainLoss: 1,
  testLoss: 5,
  trainAccuracy: 0.5,
  testAccuracy: 0.1,
  sumSquaredWeights: 1700,
  stepsPerSecond: 38,
  ...values,
});

export const command = (name: 'pause' | 'resume' | 'step' | 'set', step: number): RunEvent => ({
  ...fact,
  type: 'command',
  command: name,
  step,
});

export const progress = (step: number, values: Partial<ProgressEvent> = {}): ProgressEvent => ({
  ...fact,
  type: 'progress',
  step,
  precision: 'float32',
  ...values,
});

export const phase = (
  name: PhaseEvent['phase'],
  step: number,
  values: Partial<PhaseEvent> = {},
): PhaseEvent => ({ ...fact, type: 'phase', phase: name, step, evidence: {}, ...values });

export const checkpoint = (step: number, values: Partial<CheckpointEvent> = {}): CheckpointEvent => ({
  ...fact,
  type: 'checkpoint',
  step,
  path: `step-${step}.safetensors`,
  ...values,
});

export const refusedCommand = (by: CommandAnswerEvent['by'], step: number): CommandAnswerEvent => ({
  ...{ ...fact, type: 'commandAnswer', answer: 'refused', command: 'set', step, message: 'no' },
  ...(by === undefined ? {} : { by }),
});

export const ended = (
  reason: EndedEvent['reason'],
  step: number,
  values: Partial<EndedEvent> = {},
): EndedEvent => ({
  ...fact,
  type: 'ended',
  reason,
  step,
  elapsedMs: 31_400,
  stepsPerSecond: 38,
  stepMemorized: null,
  stepGeneralized: null,
  finalTrainLoss: null,
  finalTestLoss: null,
  finalTestAccuracy: null,
  message: null,
  ...values,
});

export const asFacts = (events: readonly RunEvent[]): ConnectionFact[] =>
  events.map((event) => ({ kind: 'event', event }));

/** What the page knows after these events, over an open connection. */
export const viewAfter = (...events: readonly RunEvent[]): RunView =>
  reduceFacts(initialRunView, [
    { kind: 'connection', state: { status: 'open' } },
    ...asFacts(events),
    { kind: 'caughtUp', seq: events.length - 1 },
  ]);
