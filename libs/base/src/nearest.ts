/** The longest name in use; a longer word cannot be a misspelling of one. */
const LONGEST = 64;

/** Rows of the distance table: for two letters back, for the previous letter, and for the current one. */
const rows = Array.from({ length: 3 }, () => new Uint8Array(LONGEST + 1)) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];

/**
 * The number of insertions, deletions, substitutions and swaps of neighbours between two words of at most `LONGEST`
 * letters; Infinity as soon as it is known to be more than `most`.
 */
function editDistance(a: string, b: string, most: number): number {
  // Every surplus letter of either word is an edit.
  if (Math.abs(a.length - b.length) > most) return Infinity;
  let [beforeLast, last, row] = rows;
  for (let j = 0; j <= b.length; j++) last[j] = j;
  for (let i = 1; i <= a.length; i++) {
    const letter = a.charCodeAt(i - 1);
    let least = (row[0] = i);
    for (let j = 1; j <= b.length; j++) {
      const other = b.charCodeAt(j - 1);
      let best = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (letter === other ? 0 : 1));
      const isSwap = i > 1 && j > 1 && letter === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === other;
      if (isSwap) best = Math.min(best, beforeLast[j - 2]! + 1);
      row[j] = best;
      least = Math.min(least, best);
    }
    // A swap reaches back two rows and costs one.
    if (least > most + 1) return Infinity;
    [beforeLast, last, row] = [last, row, beforeLast];
  }
  return last[b.length]!;
}

/**
 * The candidate that a misspelt `word` most likely means, ignoring letter case, or undefined if none is close (more
 * than a third of the letters differ). For messages only.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > LONGEST) return undefined;
  // Some letters become two in lower case.
  const letters = word.toLowerCase().slice(0, LONGEST);
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of candidates) {
    if (candidate.length > LONGEST) continue;
    const tolerated = Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3));
    const most = Math.min(tolerated, bestDistance - 1);
    const distance = editDistance(letters, candidate.toLowerCase().slice(0, LONGEST), most);
    if (distance <= most) [best, bestDistance] = [candidate, distance];
  }
  return best;
}
