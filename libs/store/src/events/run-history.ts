import { open, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  CommandEvent,
  MetricsEvent,
  PhaseEvent,
  ProgressEvent,
  RunCommand,
  RunEvent,
} from '@grokscope/schema';
import { errorCode } from '../errors.js';
import { EventCursor } from './event-cursor.js';
import { eventPages } from './read-events.js';
import { EVENTS_FILE } from '../run/run-record.js';
import type { RunFacts } from '../run/run-summary.js';
import { addEvent, noFacts } from '../run/run-summary.js';
import { afterEvent } from '../control/waiting-commands.js';

/** What is already stored of a run, so that resuming it repeats nothing. */
export interface RunHistory {
  readonly facts: RunFacts;
  /** Newest step with metrics, −1 if there is none. */
  readonly lastMetrics: number;
  readonly progress: readonly ProgressEvent[];
  /** The losses at steps with progress, of those that have metrics. */
  readonly losses: ReadonlyMap<number, Pick<MetricsEvent, 'trainLoss' | 'testLoss'>>;
  readonly phases: readonly PhaseEvent[];
  /** Steps at which it was told to have fallen back. */
  readonly falls: ReadonlySet<number>;
  /** Steps whose `checkpoint` event is stored. */
  readonly checkpoints: ReadonlySet<number>;
  /**
   * Changed settings by the step at which they took effect, without those that a change after a resumption superseded.
   */
  readonly settings: readonly CommandEvent[];
  /** Commands for later steps that have not taken effect, in the order they were given. */
  readonly waiting: readonly RunCommand[];
  /** The newest step of which anything is stored. */
  readonly recorded: number;
}

/**
 * Reads the events of the run in `folder`, cuts off a torn last line that a dying process left, and returns the length
 * of the file. Only the holder of the run's lock may call it. Throws `MalformedLine` for damage elsewhere, in which
 * case nothing is changed.
 */
export async function repairEvents(folder: string): Promise<{ history: RunHistory; size: number }> {
  const path = join(folder, EVENTS_FILE);
  const { history, size } = await readEvents(folder);
  if ((await sizeOf(path)) > size) {
    await truncate(path, size);
    const file = await open(path, 'r+');
    await file.datasync().finally(() => file.close());
  }
  return { history, size };
}

/** Like `repairEvents`, but changes nothing. */
export async function readHistory(folder: string): Promise<RunHistory> {
  return (await readEvents(folder)).history;
}

/** The events of the run in `folder`, and the bytes of their lines. */
async function readEvents(folder: string): Promise<{ history: RunHistory; size: number }> {
  const cursor = new EventCursor(folder);
  const history = new HistoryBuilder();
  for await (const page of eventPages(cursor)) for (const event of page) history.add(event);
  return { history, size: cursor.position.offset };
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return 0;
    throw thrown;
  }
}

class HistoryBuilder implements RunHistory {
  facts = noFacts;
  lastMetrics = -1;
  readonly progress: ProgressEvent[] = [];
  readonly losses = new Map<number, Pick<MetricsEvent, 'trainLoss' | 'testLoss'>>();
  readonly phases: PhaseEvent[] = [];
  readonly falls = new Set<number>();
  readonly checkpoints = new Set<number>();
  settings: readonly CommandEvent[] = [];
  waiting: readonly RunCommand[] = [];
  recorded = 0;

  add(event: RunEvent): void {
    this.facts = addEvent(this.facts, event);
    this.waiting = afterEvent(this.waiting, event);
    // A fact of a type that only a newer version knows may have no step.
    if ('step' in event && Number.isInteger(event.step)) this.recorded = Math.max(this.recorded, event.step);
    if (event.type === 'metrics') this.lastMetrics = Math.max(this.lastMetrics, event.step);
    else if (event.type === 'progress') this.#addProgress(event);
    else if (event.type === 'phase') this.phases.push(event);
    else if (event.type === 'fall') this.falls.add(event.step);
    else if (event.type === 'checkpoint') this.checkpoints.add(event.step);
    else if (event.type === 'command' && event.command === 'set')
      this.settings = withSetting(this.settings, event);
  }

  #addProgress(event: ProgressEvent): void {
    this.progress.push(event);
    // A step's metrics come before its progress measures.
    const { metrics } = this.facts;
    if (metrics?.step === event.step) {
      const { trainLoss, testLoss } = metrics;
      this.losses.set(event.step, { trainLoss, testLoss });
    }
  }
}

/**
 * If a run was resumed from before a change, the change is made again at its step, unless the same setting had been
 * changed by then: such a change stays, and the later ones are discarded.
 */
function withSetting(before: readonly CommandEvent[], set: CommandEvent): readonly CommandEvent[] {
  const isBefore = ({ step }: CommandEvent): boolean => step <= set.step;
  const after = before.filter((other) => !isBefore(other) && other.path !== set.path);
  return [...before.filter(isBefore), set, ...after];
}
