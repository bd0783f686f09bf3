import type { StartedEvent } from '@grokscope/schema';
import type { ReopenedRun, ResumePoint, RunHistory } from '@grokscope/store';
import { describeStoreError } from '@grokscope/store';
import type { TrainingItem } from '@grokscope/training';

/** Checkpoints that a run does not go on from are named, up to so many. */
const SHOWN_REFUSALS = 3;

/** What is known of a run that goes on: where it goes on from, and which of its facts are stored already. */
export class Resumption {
  readonly history: RunHistory;
  readonly point: ResumePoint | undefined;
  readonly #lastProgress: number;
  readonly #phases: ReadonlySet<string>;

  constructor(private readonly reopened: Pick<ReopenedRun, 'history' | 'point' | 'refused'>) {
    const { history, point } = reopened;
    this.history = history;
    this.point = point;
    this.#lastProgress = history.progress.at(-1)?.step ?? -1;
    this.#phases = new Set(history.phases.map(phaseKey));
  }

  /** The step the run goes on from. */
  get step(): number {
    return this.point?.step ?? 0;
  }

  /** Whether this fact, computed again, was stored before the run broke off. */
  isStored(item: TrainingItem): boolean {
    switch (item.type) {
      case 'metrics':
        return item.step <= this.history.lastMetrics;
      case 'progress':
        return item.step <= this.#lastProgress;
      case 'phase':
        return this.#phases.has(phaseKey(item));
      default:
        return false;
    }
  }

  /** `started` of the run that goes on: from where, and what is not as it was. */
  started(event: StartedEvent): StartedEvent {
    const before = this.history.facts.started;
    const { refused } = this.reopened;
    const more = refused.length - SHOWN_REFUSALS;
    const stepsBefore = before?.spec.training.steps;
    const { steps } = event.spec.training;
    const notes = [
      ...refused
        .slice(0, SHOWN_REFUSALS)
        .map((error) => `not from a newer checkpoint: ${describeStoreError(error)}`),
      ...(more > 0 ? [`nor from ${more} others`] : []),
      ...(stepsBefore === undefined || stepsBefore === steps
        ? []
        : [`training.steps is ${steps} from now on; it was ${stepsBefore}`]),
      ...(before && before.relaxedSimd !== event.relaxedSimd
        ? ['relaxed SIMD is not as it was before, so the last bits of what follows may differ']
        : []),
    ];
    return { ...event, why: [event.why, ...notes].join('; '), resumedFrom: this.step };
  }
}

const phaseKey = ({ step, phase, revised = false }: RunHistory['phases'][number]): string =>
  `${step} ${phase} ${revised}`;
