import type {
  CommandEvent,
  EndedEvent,
  MetricsEvent,
  RunEvent,
  RunState,
  SettingChange,
  StartedEvent,
} from '@grokscope/schema';
import { LEARNT_ACCURACY, addChange, valueAt } from '@grokscope/schema';
import type { LockHolder } from '../lock/lock.js';
import { holderLife, isSilent } from '../lock/lock.js';

/** The facts about a run from its events so far. */
export interface RunFacts {
  readonly lastSeq: number;
  readonly lastTime: string | null;
  readonly step: number;
  readonly paused: boolean;
  readonly started: StartedEvent | null;
  readonly metrics: MetricsEvent | null;
  readonly ended: EndedEvent | null;
  /** First measured step with train / test accuracy of at least 0.99. */
  readonly stepMemorized: number | null;
  readonly stepGeneralized: number | null;
  /** `training.steps` at its latest start. */
  readonly startedSteps: number | null;
  /** Settings that changed during the run, in the order of their steps. */
  readonly changes: readonly SettingChange[];
}

/** The facts of a run without events. */
export const noFacts: RunFacts = {
  lastSeq: -1,
  lastTime: null,
  step: 0,
  paused: false,
  started: null,
  metrics: null,
  ended: null,
  stepMemorized: null,
  stepGeneralized: null,
  startedSteps: null,
  changes: [],
};

/** Facts after one more event. */
export const addEvent = (facts: RunFacts, event: RunEvent): RunFacts => addEvents(facts, [event]);

/** Facts after more events. */
export function addEvents(before: RunFacts, events: readonly RunEvent[]): RunFacts {
  const facts: Mutable<RunFacts> = { ...before };
  for (const event of events) {
    facts.lastSeq = event.seq;
    facts.lastTime = event.time;
    if ('step' in event && typeof event.step === 'number') facts.step = event.step;
    switch (event.type) {
      case 'started':
        facts.changes = stepsChange(facts, event);
        facts.startedSteps = stepsOf(event);
        facts.started = event;
        facts.ended = null;
        facts.paused = false;
        break;
      case 'metrics':
        facts.metrics = event;
        facts.stepMemorized ??= stepIfReached(event.step, event.trainAccuracy);
        facts.stepGeneralized ??= stepIfReached(event.step, event.testAccuracy);
        break;
      case 'command':
        facts.paused = pausedAfter(event.command, facts.paused);
        if (event.command === 'set' && event.path !== undefined)
          facts.changes = addChange(facts.changes, {
            step: event.step,
            path: event.path,
            value: event.value,
          });
        break;
      case 'ended':
        facts.ended = event;
        facts.paused = false;
        break;
      default:
    }
  }
  return facts;
}

/** A run that continues with another total of steps records this where it starts again. */
function stepsChange({ changes, startedSteps }: RunFacts, event: StartedEvent): readonly SettingChange[] {
  const value = stepsOf(event);
  return startedSteps === null || value === null || startedSteps === value
    ? changes
    : addChange(changes, { step: event.resumedFrom ?? 0, path: 'training.steps', value });
}

/** A stored line is not decoded again, and a line that lacks the number of steps must not spoil the list. */
function stepsOf({ spec }: StartedEvent): number | null {
  const steps = valueAt(spec, 'training.steps');
  return typeof steps === 'number' ? steps : null;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function stepIfReached(step: number, accuracy: number | null): number | null {
  return accuracy !== null && accuracy >= LEARNT_ACCURACY ? step : null;
}

/** `step` makes its steps and pauses again; `set` changes nothing here. */
function pausedAfter(command: CommandEvent['command'], before: boolean): boolean {
  if (command === 'pause' || command === 'step') return true;
  return command === 'resume' ? false : before;
}

/**
 * The state of a run, from its events and its holder.
 *
 * `stale`: the process that holds it is gone, or missed two heartbeats and may revive. `interrupted`: no process holds
 * it, and it can be resumed.
 */
export function stateOf(facts: RunFacts, holder: LockHolder | undefined, now: number): RunState {
  if (facts.ended !== null) {
    const { reason } = facts.ended;
    return reason === 'stopConditionMet' ? 'completed' : reason;
  }
  if (holder === undefined) return 'interrupted';
  if (holderLife(holder) === 'dead' || isSilent(holder, now)) return 'stale';
  return facts.paused ? 'paused' : 'running';
}
