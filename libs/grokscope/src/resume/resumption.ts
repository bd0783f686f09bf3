import type { PhaseEvent, ProgressEvent, StartedEvent } from '@grokscope/schema';
import type { ReopenedRun, ResumePoint, RunHistory } from '@grokscope/store';
import { describeStoreError } from '@grokscope/store';
import type { Fact, ToldItem } from '@grokscope/training';

/** The most refused checkpoints that are named. */
const SHOWN_REFUSALS = 3;

/** What is known about a run that is resumed: the step it continues from, and which of its facts are stored already. */
export class Resumption {
  readonly history: RunHistory;
  readonly point: ResumePoint | undefined;
  readonly #lastProgress: number;
  /** The progress events with final keys: each ending of a run has its own, with the keys of its last step. */
  readonly #finalLooks: ReadonlySet<string>;
  readonly #phases: ReadonlySet<string>;

  /** @param notes what else differs from before, in words */
  constructor(
    private readonly reopened: Pick<ReopenedRun, 'history' | 'point' | 'refused'>,
    private readonly notes: readonly string[] = [],
  ) {
    const { history, point } = reopened;
    this.history = history;
    this.point = point;
    const isFinal = ({ keys }: ProgressEvent): boolean => keys === 'final';
    this.#lastProgress = history.progress.findLast((event) => !isFinal(event))?.step ?? -1;
    this.#finalLooks = new Set(history.progress.filter(isFinal).map(contentOf));
    this.#phases = new Set(history.phases.map(contentOf));
  }

  /** The step from which the run continues. */
  get step(): number {
    return this.point?.step ?? 0;
  }

  /** Whether this fact, computed again, was stored before the run was interrupted. */
  isStored(item: ToldItem): boolean {
    switch (item.type) {
      case 'metrics':
        return item.step <= this.history.lastMetrics;
      case 'progress':
        return item.keys === 'final'
          ? this.#finalLooks.has(contentOf(item))
          : item.step <= this.#lastProgress;
      case 'fall':
        return this.history.falls.has(item.step);
      case 'phase':
        return this.#phases.has(contentOf(item));
      default:
        return false;
    }
  }

  /** The `started` event of the resumed run: where it continues from, and what differs. */
  started(event: Fact<StartedEvent>): Fact<StartedEvent> {
    const before = this.history.facts.started;
    const { refused } = this.reopened;
    const more = refused.length - SHOWN_REFUSALS;
    const stepsBefore = before?.spec.training.steps;
    const { steps } = event.spec.training;
    const notes = [
      ...this.notes,
      ...refused
        .slice(0, SHOWN_REFUSALS)
        .map((error) => `not from a newer checkpoint: ${describeStoreError(error)}`),
      ...(more > 0 ? [`nor from ${more} others`] : []),
      ...(stepsBefore === undefined || stepsBefore === steps
        ? []
        : [`training.steps is ${steps} from now on; it was ${stepsBefore}`]),
      ...(before && before.relaxedSimd !== event.relaxedSimd
        ? ['relaxed SIMD differs from before, so the last bits of what follows may differ']
        : []),
    ];
    return { ...event, why: [event.why, ...notes].join('; '), resumedFrom: this.step };
  }
}

/** What an event reports, without its time. */
function contentOf(fact: Fact<ProgressEvent | PhaseEvent>): string {
  const { runId: _, seq: __, time: ___, ...content } = fact as ProgressEvent | PhaseEvent;
  return JSON.stringify(content);
}
