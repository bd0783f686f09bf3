import type { Looks } from './looks.js';
import type { Depth, FromLooker, LookOrder, ToLooker } from './protocol.js';
import { isStillWanted } from './still-wanted.js';

/** The part of a worker that computes looks which the page uses. */
export interface LookWorker {
  readonly postMessage: (message: ToLooker) => void;
  onmessage: ((message: MessageEvent<FromLooker>) => void) | null;
  onerror: ((error: ErrorEvent) => void) | null;
  readonly terminate: () => void;
}

export interface LookClientOptions {
  readonly depth: Depth;
  /** After a look that was not urgent, the worker rests for this multiple of its duration: cores are for training. */
  readonly rest: number;
  /** But no longer than this many milliseconds, so that the age of what is shown is bounded. */
  readonly mostRestMs: number;
  /** Minimum milliseconds from now to the first look that is not urgent. */
  readonly startAfterMs?: number;
  readonly onLooks: (looks: Partial<Looks>) => void;
  readonly onBusy: (isBusy: boolean) => void;
  readonly onFailed: (message: string) => void;
  readonly startWorker?: () => LookWorker;
}

/** The page's side of one worker that computes looks. */
export interface LookClient {
  /**
   * Requests a look: at once if urgent (a user is waiting), otherwise when the worker has rested. The newest request
   * wins.
   */
  readonly ask: (order: LookOrder, isUrgent: boolean) => void;
  readonly close: () => void;
}

const startLooker = (): LookWorker =>
  new Worker(new URL('./look-worker.ts', import.meta.url), { type: 'module', name: 'looker' });

/** A client whose worker starts with the first request. Replies to an outdated request are dropped. */
export const createLookClient = (options: LookClientOptions): LookClient => {
  const { depth, rest, mostRestMs, startAfterMs = 0, onLooks, onBusy, onFailed } = options;
  const { startWorker = startLooker } = options;
  let worker: LookWorker | null = null;
  /** Orders sent to the worker and not completed, by id. */
  const underWay = new Map<number, LookOrder>();
  let newest: LookOrder | null = null;
  let lastId = 0;
  let waiting: LookOrder | null = null;
  let resting: ReturnType<typeof setTimeout> | null = null;
  let wasUrgent = false;

  const send = (order: LookOrder, isUrgent: boolean): void => {
    worker ??= open();
    if (resting !== null) clearTimeout(resting);
    [waiting, resting, wasUrgent] = [null, null, isUrgent];
    lastId += 1;
    underWay.set(lastId, order);
    onBusy(true);
    worker.postMessage({ type: 'look', id: lastId, depth, order });
  };
  const rested = (): void => {
    resting = null;
    if (waiting !== null && underWay.size === 0) send(waiting, false);
  };
  const isWanted = (id: number): boolean => {
    const order = underWay.get(id);
    return order !== undefined && newest !== null && isStillWanted(depth, order, newest);
  };
  const take = (message: FromLooker): void => {
    switch (message.type) {
      case 'looks':
        if (isWanted(message.id)) onLooks(message.looks);
        return;
      case 'failed':
        if (isWanted(message.id)) onFailed(message.message);
        return;
      case 'done':
        underWay.delete(message.id);
        if (underWay.size > 0) return;
        onBusy(false);
        resting = setTimeout(rested, wasUrgent ? 0 : Math.min(rest * message.tookMs, mostRestMs));
        return;
      default:
        message satisfies never;
    }
  };
  const open = (): LookWorker => {
    const opened = startWorker();
    opened.onmessage = ({ data }) => take(data);
    opened.onerror = ({ message }) => {
      underWay.clear();
      onBusy(false);
      onFailed(message || 'the script that looks into the network could not be loaded');
    };
    return opened;
  };

  if (startAfterMs > 0) resting = setTimeout(rested, startAfterMs);
  return {
    ask: (order, isUrgent) => {
      newest = order;
      if (isUrgent || (underWay.size === 0 && resting === null)) send(order, isUrgent);
      else waiting = order;
    },
    close: () => {
      if (resting !== null) clearTimeout(resting);
      worker?.terminate();
      worker = null;
    },
  };
};
