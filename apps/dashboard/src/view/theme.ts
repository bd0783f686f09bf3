import { createSignal, onCleanup } from 'solid-js';
import type { Accessor } from 'solid-js';
import type { Palette } from '@grokscope/figures';
import { darkPalette, lightPalette } from '@grokscope/figures';

const NAMES = ['paper', 'card', 'line', 'ink', 'muted', 'grey', 'train', 'test'] as const;

/**
 * The palette that fits the reader's system, followed as it changes. Its colours are also set as custom
 * properties (`--paper`, `--ink`, …) on the page's root, so that style sheets and canvases share one source.
 */
export const createTheme = (): Accessor<Palette> => {
  const query = window.matchMedia('(prefers-color-scheme: dark)');
  const choose = (): Palette => (query.matches ? darkPalette : lightPalette);
  const [palette, setPalette] = createSignal(choose());
  const apply = (): void => {
    const chosen = choose();
    for (const name of NAMES) document.documentElement.style.setProperty(`--${name}`, chosen[name]);
    setPalette(chosen);
  };
  apply();
  query.addEventListener('change', apply);
  onCleanup(() => query.removeEventListener('change', apply));
  return palette;
};

/** The width of an element in whole pixels, kept up to date; 0 until it is laid out. */
export const createWidth = (
  element: Accessor<Element | undefined>,
  onWidth: (width: number) => void,
): void => {
  const observer = new ResizeObserver((entries) => {
    const width = Math.floor(entries[entries.length - 1]?.contentRect.width ?? 0);
    if (width > 0) onWidth(width);
  });
  const observed = element();
  if (observed) observer.observe(observed);
  onCleanup(() => observer.disconnect());
};
