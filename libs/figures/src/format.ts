const NBSP = '\u00a0';
const SUPERSCRIPT: Readonly<Record<string, string>> = {
  '-': '⁻',
  '0': '⁰',
  '1': '¹',
  '2': '²',
  '3': '³',
  '4': '⁴',
  '5': '⁵',
  '6': '⁶',
  '7': '⁷',
  '8': '⁸',
  '9': '⁹',
};

/** An integer as superscript characters: −4 → `⁻⁴`. */
export const superscript = (exponent: number): string =>
  [...String(exponent)].map((c) => SUPERSCRIPT[c] ?? c).join('');

/** A whole number with thousands separated: 12769 → `12,769`. */
export const formatCount = (value: number): string =>
  Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, ',');

const scientific = (value: number, digits: number): string => {
  const [mantissa = '0', exponent = '0'] = value.toExponential(digits - 1).split('e');
  return `${mantissa}${NBSP}×${NBSP}10${superscript(Number(exponent))}`;
};

const withDigits = (value: number, digits: number): string => {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 1e-4 || size >= 1e9) return scientific(value, Math.min(digits, 4));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  const text = value.toFixed(Math.min(decimals, 12));
  const [whole = '', fraction] = text.split('.');
  const separated = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? separated : `${separated}.${fraction}`;
};

/**
 * A number with as many digits as a reader needs: `0.031`, `4.74`, `38.1`, `1,704`, `9.2 × 10⁻⁹`; `–` if it is not
 * finite.
 */
export const formatNumber = (value: number | null | undefined): string => {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  return withDigits(value, Math.abs(value) < 0.1 ? 2 : 3);
};

/** A number for a reader who wants the exact value: six significant digits. */
export const formatExact = (value: number | null | undefined): string =>
  value === null || value === undefined || !Number.isFinite(value) ? '–' : withDigits(value, 6);

/** A share of one in per cent with one decimal; only exactly one is `100 %`, and only exactly zero `0 %`. */
export const formatPercent = (share: number | null | undefined): string => {
  if (share === null || share === undefined || !Number.isFinite(share)) return '–';
  if (share === 0 || share === 1) return `${share * 100}${NBSP}%`;
  const percent = share * 100;
  const shown = percent > 99.9 && percent < 100 ? 99.9 : percent < 0.1 && percent > 0 ? 0.1 : percent;
  return `${shown.toFixed(1)}${NBSP}%`;
};

/** Milliseconds in words: `0.8 s`, `42 s`, `3 min 20 s`, `2 h 5 min`. */
export const formatDuration = (elapsedMs: number): string => {
  const seconds = Math.max(0, elapsedMs / 1000);
  if (seconds < 9.95) return `${seconds.toFixed(1)}${NBSP}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}${NBSP}s`;
  const minutes = Math.floor(whole / 60);
  const rest = (count: number, unit: string): string => (count === 0 ? '' : ` ${count}${NBSP}${unit}`);
  if (minutes < 60) return `${minutes}${NBSP}min${rest(whole % 60, 's')}`;
  return `${Math.floor(minutes / 60)}${NBSP}h${rest(minutes % 60, 'min')}`;
};

const WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/** A small count in words (`five`), a larger one in digits. */
export const countInWords = (count: number): string => WORDS[count] ?? formatCount(count);
