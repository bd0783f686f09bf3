/** How one number of a pair is chosen: typed if the tokens are consecutive whole numbers, otherwise from a list. */
export type TokenChoice =
  | { readonly _tag: 'Typed'; readonly least: number; readonly most: number }
  | {
      readonly _tag: 'Listed';
      readonly tokens: readonly { readonly token: number; readonly word: string }[];
    };

/** The choices among `tokens`, named as in the task. */
export const tokenChoice = (tokens: ArrayLike<number>, words: readonly string[]): TokenChoice => {
  const known = Array.from(tokens, (token) => ({ token, word: words[token] ?? String(token) }));
  const numbers = known
    .map(({ word }) => (/^\d+$/.test(word) ? Number(word) : Number.NaN))
    .sort((a, b) => a - b);
  const least = numbers[0];
  const isARow = least !== undefined && numbers.every((number, i) => number === least + i);
  if (isARow) return { _tag: 'Typed', least, most: least + numbers.length - 1 };
  return { _tag: 'Listed', tokens: known.sort((a, b) => a.token - b.token) };
};

/** The token that a text names among `tokens`; null if it names none. */
export const tokenNamed = (
  text: string,
  tokens: ArrayLike<number>,
  words: readonly string[],
): number | null => {
  const number = Number(text);
  if (text.trim() === '' || !Number.isInteger(number)) return null;
  return Array.from(tokens).find((token) => words[token] === String(number)) ?? null;
};

/** Why a text names no token, and which texts do. */
export const notAToken = (
  name: string,
  text: string,
  { least, most }: { readonly least: number; readonly most: number },
): string =>
  text.trim() === ''
    ? `Enter ${name}: a whole number from ${least} to ${most}.`
    : `${name} cannot be ${text.trim()}: it is a whole number from ${least} to ${most}.`;
