/** Passes values on one at a time; of those that arrive while one is in transit, only the newest is kept. */
export interface LatestWins<T> {
  readonly offer: (value: T) => void;
  /** The one in transit has arrived: the newest waiting one, if any, goes next. */
  readonly taken: () => void;
  /** Passes on what waits at once: nothing more will be acknowledged. */
  readonly flush: () => void;
}

/** A `LatestWins` that passes values on by `send`. */
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
