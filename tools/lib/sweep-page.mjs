// Text of the page that keeps a sweep's results.

/**
 * @typedef {{ x: string | number, n: number, reached: number, median: number | null, low: number | null, high: number | null }} Spread
 * @typedef {{ xTitle: string, yTitle: string, panels: { title: string, series: { label: string, spread: Spread[] }[], published: { points: [string | number, number][] }[] }[] }} Finding
 * @typedef {{ sweep: { name: string }, machine: { cpu: string, cores: number, node: string }, elapsedMs: number, workers: number, finding: Finding, runs: { elapsedMs: number }[] }} SweepResults
 */

/**
 * The first paragraph of a file's leading comment, which describes the sweep.
 * @param {string} text
 */
export function leadingComment(text) {
  const lines = text.split(/\r?\n/);
  const end = lines.findIndex((line) => !/^#\s*\S/.test(line));
  return lines
    .slice(0, end === -1 ? lines.length : end)
    .map((line) => line.replace(/^#\s?/, ''))
    .join('\n');
}

/**
 * Milliseconds in words.
 * @param {number} ms
 */
export function duration(ms) {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/**
 * A finding as Markdown tables, one for each panel: how many seeds reached the value, their median and range, and
 * published values.
 * @param {Finding} finding
 */
export function findingTable({ xTitle, yTitle, panels }) {
  const number = (/** @type {number | null} */ value) => {
    if (value === null) return 'never';
    return value >= 100 || Number.isInteger(value)
      ? Math.round(value).toLocaleString('en-US')
      : value.toPrecision(3);
  };
  return panels
    .map(({ title, series, published }) => {
      const known = new Map(published.flatMap(({ points }) => points).map(([x, y]) => [x, y]));
      const rows = series.flatMap(({ label, spread }) =>
        spread.map(({ x, n, reached, median, low, high }) => {
          const range = low === null ? '' : `${number(low)} … ${number(high)}`;
          const cells = [
            label,
            x,
            `${reached} of ${n}`,
            number(median),
            range,
            known.has(x) ? number(known.get(x) ?? null) : '',
          ];
          return `| ${cells.join(' | ')} |`;
        }),
      );
      const header = `| | ${xTitle} | got there | median | range | published |\n|---|---|---|---|---|---|`;
      return `**${title}**: ${yTitle}\n\n${header}\n${rows.join('\n')}\n`;
    })
    .join('\n');
}
