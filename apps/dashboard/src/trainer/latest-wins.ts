/** Hands values on one at a time; of those that come while one is under way only the newest is kept. */
export interface LatestWins<T> {
  readonly offer: (value: T) => void;
  /** The one under way has arrived: the newest that waits, if any, goes next. */
  readonly taken: () => void;
  /** Hands on what waits at once: nothing will be taken any more. */
  readonly flush: () => void;
}

/** A `LatestWins` that hands values on by `send`. */
export const latestWins = <T>(send: (value: T) => void): LatestWins<T> => {
  let isUnderWay = false;
  let waiting: { readonly value: T } | null = null;
  const flush = (): void => {
    if (waiting === null) return;
    const { value } = waiting;
    waiting = null;
    isUnderWay = true;
    send(value);
  };
  return {
    offer: (value) => {
      waiting = { value };
      if (!isUnderWay) flush();
    },
    taken: () => {
      isUnderWay = false;
      flush();
    },
    flush,
  };
};
