// Compares measured rows: pure, no process is started here.

/** @typedef {{ min: number, median: number, max: number }} Times milliseconds */

/**
 * @typedef {object} Row what a benchmark prints for one workload and engine
 * @property {string} workload
 * @property {string} engine
 * @property {number} threads
 * @property {Times} msPerStep
 * @property {number} [gflops] of `matmul` rows: by the median
 * @property {string} [variant] the way of writing it that was the fastest
 * @property {Record<string, Times>} [variants] all ways that were measured
 */

/**
 * @typedef {Row & { ratio: number | null, ratioOfBest: number | null }} PeerRow `ratio`: how many times faster
 *   Grokscope is by the medians; `ratioOfBest`: by each one's quickest step (null for `matmul`, compared by GFLOP/s)
 */

/** @typedef {{ workload: string, grokscope: Row | null, peers: PeerRow[] }} Comparison */

/**
 * Of several measurements of the same thing, the one with the quickest step: noise only adds.
 * @param {readonly Row[]} rows
 * @returns {Row[]} one for each workload, engine and thread count, in order of first appearance
 */
export function quickestRows(rows) {
  /** @type {Map<string, Row>} */
  const kept = new Map();
  for (const row of rows) {
    const key = `${row.workload} ${row.engine} ${row.threads}`;
    const other = kept.get(key);
    if (other === undefined || row.msPerStep.min < other.msPerStep.min) kept.set(key, row);
  }
  return [...kept.values()];
}

/**
 * One entry for each workload that a peer measured, with Grokscope's quickest engine at that thread count.
 * @param {readonly Row[]} grokscope
 * @param {readonly Row[]} peers
 * @param {number} threads rows of other thread counts are left out
 * @returns {Comparison[]}
 */
export function compareRows(grokscope, peers, threads) {
  const ours = quickestRows(grokscope.filter((row) => row.threads === threads));
  const theirs = quickestRows(peers.filter((row) => row.threads === threads));
  return [...new Set(theirs.map((row) => row.workload))].map((workload) => {
    const candidates = ours.filter((row) => row.workload === workload);
    candidates.sort((a, b) => a.msPerStep.median - b.msPerStep.median);
    const own = candidates.at(0) ?? null;
    return {
      workload,
      grokscope: own,
      peers: theirs
        .filter((row) => row.workload === workload)
        .map((row) => ({ ...row, ...ratios(own, row) })),
    };
  });
}

/**
 * @param {Row | null} own
 * @param {Row} peer
 */
function ratios(own, peer) {
  if (own === null) return { ratio: null, ratioOfBest: null };
  // Two sets of shapes need not be the same amount of work, but their rates can be compared.
  if (own.gflops !== undefined && peer.gflops !== undefined && own.workload === 'matmul') {
    return { ratio: own.gflops / peer.gflops, ratioOfBest: null };
  }
  return {
    ratio: peer.msPerStep.median / own.msPerStep.median,
    ratioOfBest: peer.msPerStep.min / own.msPerStep.min,
  };
}

/**
 * A table for people: a line for each engine, then the other variants of a peer.
 * @param {readonly Comparison[]} comparisons
 */
export function renderComparison(comparisons) {
  const lines = [['workload', 'engine', 'threads', 'median', 'best', '', 'Grokscope is']];
  /** @type {string[]} */
  const others = [];
  for (const { workload, grokscope, peers } of comparisons) {
    if (grokscope === null) lines.push([workload, 'grokscope', '', 'not measured', '', '', '']);
    else lines.push([workload, `grokscope ${grokscope.engine}`, ...figures(grokscope), '']);
    for (const peer of peers) {
      const variant = peer.variant === undefined ? '' : ` (${peer.variant})`;
      lines.push([workload, peer.engine + variant, ...figures(peer), verdict(peer)]);
      const rest = Object.entries(peer.variants ?? {}).filter(([name]) => name !== peer.variant);
      if (rest.length > 0) {
        const list = rest.map(([name, times]) => `${name} ${ms(times.median)} (best ${ms(times.min)})`);
        others.push(`${workload}, ${peer.engine}, written otherwise: ${list.join(', ')}`);
      }
    }
  }
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const table = lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column])).join('  '));
  return [...table.map((line) => line.trimEnd()), ...(others.length > 0 ? ['', ...others] : [])].join('\n');
}

/** @param {Row} row */
function figures(row) {
  const rate = row.gflops === undefined ? '' : `${row.gflops.toFixed(1)} GFLOP/s`;
  return [String(row.threads), ms(row.msPerStep.median), ms(row.msPerStep.min), rate];
}

/** @param {PeerRow} peer */
function verdict({ ratio, ratioOfBest }) {
  if (ratio === null) return '';
  const best = ratioOfBest === null ? '' : ` (${ratioOfBest.toFixed(2)}x by best)`;
  return `${ratio.toFixed(2)}x as fast${best}`;
}

/** @param {number} value */
function ms(value) {
  return `${value.toPrecision(3)} ms`;
}
