/** The rows of the residual stream that are scored, example by example, if the positions are the same in each. */
export function scoredRows(nExamples: number, nCtx: number, scoredPositions: Int32Array): Int32Array {
  const nScored = scoredPositions.length;
  return Int32Array.from(
    { length: nExamples * nScored },
    (_, i) => Math.floor(i / nScored) * nCtx + scoredPositions[i % nScored],
  );
}
