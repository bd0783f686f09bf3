/** The number of insertions, deletions, substitutions and swaps of neighbours between two words. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, substitution);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

/**
 * The candidate a misspelt `word` most likely meant, letter case ignored, or undefined where none is close
 * (more than a third of the letters differ). For messages only.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  // Longer than any name here: not a misspelling, and the table would be large.
  if (word.length > 64) return undefined;
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of candidates) {
    // Every letter that one has more than the other is an edit.
    const atLeast = Math.abs(word.length - candidate.length);
    if (atLeast >= bestDistance || atLeast > toleratedBetween(word, candidate)) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best !== undefined && bestDistance <= toleratedBetween(word, best) ? best : undefined;
}

/** Edits between two words that still are one word misspelt. */
const toleratedBetween = (a: string, b: string): number =>
  Math.max(1, Math.floor(Math.max(a.length, b.length) / 3));
