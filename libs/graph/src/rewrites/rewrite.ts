import { functionFlops } from '../cost.js';
import { Graph, type GraphFunction } from '../graph.js';
import { schedule } from '../schedule.js';
import { distinctPrefixes } from './distinct-prefixes.js';
import { products, pushThroughMixing, reassociate } from './push-linear-maps.js';
import { scoredRowsOnly } from './scored-rows.js';
import { gatherRows, scoresOnTables } from './scores-on-tables.js';
import { workOnTokens } from './work-on-tokens.js';

/** The effect of one rewrite on a function: floating-point operations before and after, by the cost model. */
export interface RewriteReport {
  readonly rewrite: string;
  readonly flopsBefore: number;
  readonly flopsAfter: number;
}

/** The cost of a function; rewrites that do not lower it are left out. */
export type Cost = (f: GraphFunction) => number;

interface Rewrite {
  readonly name: string;
  readonly apply: (f: GraphFunction, cost: Cost) => GraphFunction;
}

const REWRITES: readonly Rewrite[] = [
  { name: 'scoredRowsOnly', apply: (f) => scoredRowsOnly(f, new Graph()) },
  { name: 'workOnTokens', apply: workOnTokens },
  { name: 'scoresOnTables', apply: scoresOnTables },
  { name: 'distinctPrefixes', apply: distinctPrefixes },
  { name: 'pushThroughMixing', apply: choosing(pushThroughMixing) },
  { name: 'reassociate', apply: choosing(reassociate) },
  { name: 'gatherRows', apply: gatherRows },
];

/** Names of the rewrites, in the order in which they are tried. */
export const rewriteNames: readonly string[] = REWRITES.map(({ name }) => name);

/**
 * Rewrites a function into one with fewer operations and the same results up to rounding. Rewrite before
 * differentiating: the gradients of a cheaper graph are cheaper too. Each rewrite is kept only if it lowers the cost,
 * by default the operations of the function itself; a training step passes those of the step with its gradients.
 *
 * @param only names of the rewrites to try; default: all
 */
export function rewrite(
  f: GraphFunction,
  cost: Cost = functionFlops,
  only: readonly string[] = rewriteNames,
): { readonly function: GraphFunction; readonly reports: readonly RewriteReport[] } {
  const reports: RewriteReport[] = [];
  let best = f;
  for (const { name, apply } of REWRITES) {
    if (!only.includes(name)) continue;
    const next = apply(best, cost);
    const [flopsBefore, flopsAfter] = [cost(best), cost(next)];
    if (flopsAfter >= flopsBefore) continue;
    reports.push({ rewrite: name, flopsBefore, flopsAfter });
    best = next;
  }
  return { function: best, reports };
}

/**
 * Applies a pass to the set of products that lowers the cost most, as found by a greedy search: it starts from all
 * products and removes them one at a time while that helps. Starting from all matters: a product pays only when the
 * others that read the same sum are pushed too.
 */
function choosing(pass: (f: GraphFunction, chosen: ReadonlySet<number>) => GraphFunction): Rewrite['apply'] {
  return (f, cost) => {
    let chosen = new Set(products(schedule(f)));
    let best = pass(f, chosen);
    let lowest = cost(best);
    for (let found = true; found;) {
      found = false;
      for (const id of chosen) {
        const fewer = new Set([...chosen].filter((other) => other !== id));
        const next = pass(f, fewer);
        const flops = cost(next);
        if (flops >= lowest) continue;
        [chosen, best, lowest, found] = [fewer, next, flops, true];
        break;
      }
    }
    return best;
  };
}
