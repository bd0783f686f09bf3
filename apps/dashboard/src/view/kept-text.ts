/** Where a browser keeps text; `localStorage` and `sessionStorage` are such places. */
export type TextPlace = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** What a person has typed and not yet used, kept by the browser so that no reload or navigation loses it. */
export interface KeptText {
  /** The value kept under a key; undefined if there is nothing readable. */
  readonly read: (key: string) => unknown;
  /** Keeps a value under a key. Returns false if the browser keeps nothing (storage is full or switched off). */
  readonly write: (key: string, value: unknown) => boolean;
  readonly drop: (key: string) => void;
}

const PREFIX = 'grokscope-typed ';

/**
 * Text kept in several places, the first of which is this tab's own. The tab's own text takes precedence over that of
 * another tab; dropping does not affect what another tab has written since.
 */
export const keptText = (places: () => readonly TextPlace[]): KeptText => {
  const each = <A>(work: (place: TextPlace) => A): A[] => {
    const done: A[] = [];
    try {
      for (const place of places()) done.push(work(place));
    } catch {
      // A browser may refuse storage altogether, or this much of it; `write` reports that.
    }
    return done;
  };
  const texts = (key: string): (string | null)[] => each((place) => place.getItem(PREFIX + key));
  return {
    read: (key) => {
      const text = texts(key).find((one) => one !== null);
      if (text === undefined || text === null) return undefined;
      try {
        return JSON.parse(text) as unknown;
      } catch {
        return undefined;
      }
    },
    write: (key, value) => {
      const text = JSON.stringify(value);
      return each((place) => place.setItem(PREFIX + key, text)).length > 0;
    },
    drop: (key) => {
      const own = texts(key)[0] ?? null;
      each((place) => {
        if (own === null || place.getItem(PREFIX + key) === own) place.removeItem(PREFIX + key);
      });
    },
  };
};

/** Kept until the tab is closed. */
export const inTab: KeptText = keptText(() => [sessionStorage]);

/** Kept until it is dropped, even after the tab or the browser is closed. */
export const inBrowser: KeptText = keptText(() => [sessionStorage, localStorage]);
