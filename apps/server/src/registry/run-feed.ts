import { stat } from 'node:fs/promises';
import * as E from 'fp-ts/lib/Either.js';
import type { Observable, Subscription } from 'rxjs';
import { BehaviorSubject, Subject } from 'rxjs';
import type { EventPosition, RunReader } from '@grokscope/store';
import { EventCursor, errorCode, readFailure } from '@grokscope/store';
import { SessionFailure } from '../errors.js';
import { RecentEvents } from './recent-events.js';
import type { OwnRun } from './registry.js';
import { StoredEvent } from './stored-event.js';
import { TensorAtStep } from '../socket/tensor-at-step.js';

const SCAN_BYTES = 1 << 20;
/** Positions in the file are remembered at intervals of this many events. */
const POSITION_EVERY = 1000;
/** How often the file is polled: at once after it grew, and ever less often while it does not. */
const LEAST_LOOK_MS = 50;
const MOST_LOOK_MS = 1000;
/** A run is polled at this fraction of the rate at which it writes. */
const PATIENCE = 1 / 20;

/** Another folder has taken the place of the run's: nothing read from the old one applies to it. */
class FolderReplaced extends Error {}

/**
 * The news of one run while any client follows it, gathered once for all: from its process if this server started it,
 * and in any case from its file, which knows more (a run may be started elsewhere, outlive the server that started it,
 * or be resumed after its end). Every event is in the file before it is here.
 */
export class RunFeed {
  /** The last event known to be stored; −1 for none. */
  lastSeq = -1;
  private readonly events = new Subject<StoredEvent>();
  private readonly owner: BehaviorSubject<OwnRun | undefined>;
  private readonly cursor: EventCursor;
  private readonly recent = new RecentEvents();
  private hasScanned = false;
  private readonly positions: EventPosition[] = [];
  private lastType = '';
  private checkpoint: Promise<ReadonlyMap<string, TensorAtStep>> | undefined;
  private lastGrowth = Date.now();
  private timer: NodeJS.Timeout | undefined;
  private isLooking = false;
  private isAskedAgain = false;
  private isDone = false;
  private own: Subscription | undefined;
  /** Distinguishes the run's folder from another one of the same name. */
  private place: string | undefined;

  constructor(
    readonly reader: RunReader,
    private readonly ownRun: () => OwnRun | undefined,
  ) {
    this.cursor = new EventCursor(reader.folder);
    this.positions.push(this.cursor.position);
    this.owner = new BehaviorSubject<OwnRun | undefined>(undefined);
    this.listenToOwn();
    void this.lookForFolder()
      .then(() => this.look())
      .catch((thrown: unknown) => this.fail(thrown));
  }

  /**
   * Events as they become known, `seq` ascending; an event left out is in the file. Errors if the run cannot be read.
   */
  get events$(): Observable<StoredEvent> {
    return this.events.asObservable();
  }

  /** The run's process, as long as it is one of this server's: emitted at once, and whenever it changes. */
  get owner$(): Observable<OwnRun | undefined> {
    return this.owner.asObservable();
  }

  /** Whether the run's latest event is its ending. */
  get isOver(): boolean {
    return this.lastType === 'ended' && this.owner.value === undefined;
  }

  /** Whether nothing more will come: no client uses it any more, or the run cannot be read. */
  get isClosed(): boolean {
    return this.isDone;
  }

  /**
   * The events after `seq`, if all of them are still in memory; undefined if some must be read from the file, or their
   * number is not known yet.
   */
  after(seq: number): readonly StoredEvent[] | undefined {
    return seq >= this.lastSeq && this.hasScanned ? [] : this.recent.after(seq);
  }

  /** A known position in the file, close before the event after `seq`. */
  nearest(seq: number): EventPosition {
    let low = 0;
    let high = this.positions.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.positions[middle]!.seq <= seq + 1) low = middle;
      else high = middle - 1;
    }
    return this.positions[low]!;
  }

  /** The tensors of the newest checkpoint by name, read once for all; empty if there is none, or it is damaged. */
  newestCheckpoint(): Promise<ReadonlyMap<string, TensorAtStep>> {
    return (this.checkpoint ??= this.readCheckpoint());
  }

  close(): void {
    this.isDone = true;
    clearTimeout(this.timer);
    this.own?.unsubscribe();
    this.events.complete();
    this.owner.complete();
  }

  private listenToOwn(): void {
    const own = this.ownRun();
    if (own === this.owner.value) return;
    this.own?.unsubscribe();
    this.owner.next(own);
    this.own = own?.run.events$.subscribe({
      next: (event) => this.tell(StoredEvent.ofEvent(event)),
      // A process may have stored an ending that it could no longer report.
      complete: () => this.lookSoon(0),
    });
  }

  private tell(event: StoredEvent): void {
    if (event.seq <= this.lastSeq) return;
    this.lastSeq = event.seq;
    this.lastType = event.type;
    if (event.type === 'checkpoint') this.checkpoint = undefined;
    this.lastGrowth = Date.now();
    this.recent.add(event);
    this.events.next(event);
  }

  private lookSoon(afterMs: number): void {
    clearTimeout(this.timer);
    if (!this.isDone) this.timer = setTimeout(() => void this.look(), afterMs);
  }

  private async look(): Promise<void> {
    this.isAskedAgain = this.isLooking;
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      await this.readOn();
      if (this.isDone) return;
      this.listenToOwn();
      const wait = Math.min(MOST_LOOK_MS, (Date.now() - this.lastGrowth) * PATIENCE);
      const usual = this.owner.value === undefined ? Math.max(LEAST_LOOK_MS, wait) : MOST_LOOK_MS;
      this.lookSoon(this.isAskedAgain ? 0 : usual);
    } catch (thrown) {
      this.fail(thrown);
    } finally {
      this.isLooking = false;
    }
  }

  private async readOn(): Promise<void> {
    for (;;) {
      const lines = await this.cursor.next(SCAN_BYTES);
      if (this.isDone) return;
      if (lines.length === 0) break;
      for (const { seq, line } of lines) this.tell(StoredEvent.ofLine(seq, line));
      const { position } = this.cursor;
      if (position.seq - this.positions.at(-1)!.seq >= POSITION_EVERY) this.positions.push(position);
    }
    this.hasScanned = true;
    if (Date.now() - this.lastGrowth > MOST_LOOK_MS) await this.lookForFolder();
  }

  /**
   * Throws if the folder is gone, or another one is in its place: the folder is the run, and nothing more will come of
   * it.
   */
  private async lookForFolder(): Promise<void> {
    const { dev, ino } = await stat(this.reader.folder);
    const found = `${dev} ${ino}`;
    this.place ??= found;
    if (found !== this.place) throw new FolderReplaced();
  }

  private async readCheckpoint(): Promise<ReadonlyMap<string, TensorAtStep>> {
    const { record, readCheckpoint } = this.reader;
    const read = await readCheckpoint('newest')();
    if (E.isLeft(read)) return new Map();
    const { step, tensors } = read.right;
    const found = Object.entries(tensors).flatMap(([name, tensor]): [string, TensorAtStep][] => {
      if (tensor.dtype !== 'F32') return [];
      return [[name, new TensorAtStep(record.runId, step, { name, shape: tensor.shape, data: tensor.data })]];
    });
    return new Map(found);
  }

  private fail(thrown: unknown): void {
    const { record, folder } = this.reader;
    const { runId } = record;
    const error =
      errorCode(thrown) === 'ENOENT' || thrown instanceof FolderReplaced
        ? ({ _tag: 'RunNotFound', runId, runsDir: folder } as const)
        : readFailure(folder, thrown);
    this.isDone = true;
    this.own?.unsubscribe();
    this.events.error(new SessionFailure({ _tag: 'Store', error }));
  }
}
