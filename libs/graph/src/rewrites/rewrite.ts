import { functionFlops } from '../cost.js';
import { Graph, type GraphFunction } from '../graph.js';
import { scoredRowsOnly } from './scored-rows.js';
import { workOnTokens } from './work-on-tokens.js';

/** What one rewrite did to a function: floating-point operations before and after, by the cost model. */
export interface RewriteReport {
  readonly rewrite: string;
  readonly flopsBefore: number;
  readonly flopsAfter: number;
}

const REWRITES: readonly { readonly name: string; readonly apply: (f: GraphFunction) => GraphFunction }[] = [
  { name: 'scoredRowsOnly', apply: (f) => scoredRowsOnly(f, new Graph()) },
  { name: 'workOnTokens', apply: workOnTokens },
];

/**
 * Rewrites a function into one with fewer operations and the same results up to rounding. Do this before
 * differentiating: the gradients of a cheaper graph are cheaper too. A rewrite that does not pay by the cost model
 * is left out, and so is not in the reports.
 */
export function rewrite(f: GraphFunction): {
  readonly function: GraphFunction;
  readonly reports: readonly RewriteReport[];
} {
  const reports: RewriteReport[] = [];
  let best = f;
  for (const { name, apply } of REWRITES) {
    const next = apply(best);
    const [flopsBefore, flopsAfter] = [functionFlops(best), functionFlops(next)];
    if (flopsAfter >= flopsBefore) continue;
    reports.push({ rewrite: name, flopsBefore, flopsAfter });
    best = next;
  }
  return { function: best, reports };
}
