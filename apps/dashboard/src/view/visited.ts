import type { Address } from './address.js';
import { addressOf, searchOf } from './address.js';

/** The page's own history: addresses shown one after another; leaving each may be refused. */
export interface PageHistory {
  /** Goes on to an address, unless the user prefers to stay. */
  readonly show: (address: Address) => Promise<void>;
  readonly close: () => void;
}

const placeOf = (state: unknown): number | null =>
  typeof state === 'object' && state !== null && 'place' in state && typeof state.place === 'number'
    ? state.place
    : null;

/**
 * Follows the browser's history. `mayLeave` is asked before anything else is shown, whether by a link of the page or by
 * the browser's own buttons; if it refuses, the address is restored, together with everything before and after it.
 */
export const createVisited = (
  onShow: (address: Address) => void,
  mayLeave: () => boolean | Promise<boolean>,
): PageHistory => {
  let place = placeOf(history.state) ?? 0;
  /** Whether the browser is on its way back to the address that was not left. */
  let isReturning = false;
  history.replaceState({ place }, '');
  const show = async (address: Address): Promise<void> => {
    if (!(await mayLeave())) return;
    place += 1;
    history.pushState({ place }, '', `${location.pathname}${searchOf(address)}`);
    onShow(address);
  };
  const onMove = async (event: PopStateEvent): Promise<void> => {
    if (isReturning) {
      isReturning = false;
      return;
    }
    const wanted = placeOf(event.state) ?? place - 1;
    if (!(await mayLeave())) {
      isReturning = true;
      history.go(place - wanted);
      return;
    }
    place = wanted;
    onShow(addressOf(location.search));
  };
  const listener = (event: PopStateEvent): void => void onMove(event);
  window.addEventListener('popstate', listener);
  return { show, close: () => window.removeEventListener('popstate', listener) };
};
