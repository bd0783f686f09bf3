import type { Table } from '@grokscope/tasks';
import { PartFault, type PartMark } from './defined.js';
import { rangeProblem, shown } from './guard.js';

/** All examples of a task: the members of `Table` that cannot be derived from the others. */
export type OwnTable = Pick<Table, 'dVocab' | 'nCtx' | 'tokens' | 'labels' | 'scoredPositions'> &
  Partial<Table>;

/** Completes a table with what can be derived from it; anything inconsistent is a fault of the part. */
export function completed(
  part: PartMark,
  { kind, teaches }: { kind: string; teaches: string },
  found: OwnTable,
): Table {
  const fail = (problem: string): never => {
    throw new PartFault(part, 'table', problem);
  };
  const { dVocab, nCtx, tokens, labels, scoredPositions } = found;
  for (const [key, value] of [
    ['dVocab', dVocab],
    ['nCtx', nCtx],
  ] as const)
    if (!(Number.isInteger(value) && value >= 1))
      fail(`${key} is ${shown(value)}; allowed is an integer of at least 1`);
  for (const [key, value] of [
    ['tokens', tokens],
    ['labels', labels],
    ['scoredPositions', scoredPositions],
  ] as const)
    if (!(value instanceof Int32Array)) fail(`${key} is ${shown(value)}; allowed is an Int32Array`);
  const nExamples = tokens.length / nCtx;
  if (!Number.isInteger(nExamples) || nExamples < 1)
    fail(`tokens has ${tokens.length} entries; allowed is a multiple of nCtx, ${nCtx}`);
  const positionsVary = found.positionsVary ?? false;
  const nScored = found.nScored ?? labels.length / nExamples;
  const dVocabOut = found.dVocabOut ?? dVocab;
  if (labels.length !== nExamples * nScored)
    fail(`labels has ${labels.length} entries; wanted are nExamples × nScored = ${nExamples} × ${nScored}`);
  const positions = positionsVary ? nExamples * nScored : nScored;
  if (scoredPositions.length !== positions)
    fail(`scoredPositions has ${scoredPositions.length} entries; wanted are ${positions}`);
  const problem =
    rangeProblem(tokens, dVocab, (i) => `token ${i % nCtx} of example ${Math.floor(i / nCtx)}`) ??
    rangeProblem(labels, dVocabOut, (i) => `label ${i % nScored} of example ${Math.floor(i / nScored)}`) ??
    rangeProblem(scoredPositions, nCtx, (i) => `scored position ${i}`);
  if (problem !== undefined) fail(problem);
  const vocabulary = found.vocabulary ?? Array.from({ length: dVocab }, (_, token) => String(token));
  if (vocabulary.length !== dVocab)
    fail(`vocabulary has ${vocabulary.length} words; wanted are dVocab = ${dVocab}`);
  return { ...found, kind, teaches, nExamples, nScored, positionsVary, dVocabOut, vocabulary };
}
