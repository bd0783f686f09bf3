/**
 * What a stage of `npm test` came to.
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/**
 * A stage that is one check: one test.
 * @param {boolean} passed
 * @returns {Counts}
 */
export function single(passed) {
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
}

/**
 * Counts of a Vitest JSON report.
 *
 * A file that does not load counts as one failure; a report that is absent, or holds no test, counts as one too:
 * silence is not success.
 * @param {any} report as written by `--reporter=json`
 * @param {number} code Vitest's exit code
 * @returns {Counts}
 */
export function vitestCounts(report, code) {
  /** @type {{ status: string, assertionResults: { status: string }[] }[]} */
  const files = report?.testResults ?? [];
  const statuses = files.flatMap((file) => file.assertionResults.map((test) => test.status));
  const broken = files.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  const passed = statuses.filter((status) => status === 'passed').length;
  const failed = statuses.filter((status) => status === 'failed').length + broken.length;
  return withSilenceAsFailure(
    { passed, failed, skipped: statuses.length - passed - (failed - broken.length) },
    code,
  );
}

/**
 * Counts of a Playwright JSON report; the same rules. A flaky test counts as failed.
 * @param {any} report as written by the reporter `json`
 * @param {number} code Playwright's exit code
 * @returns {Counts}
 */
export function playwrightCounts(report, code) {
  const stats = report?.stats ?? {};
  const broken = report?.errors?.length ?? 0;
  return withSilenceAsFailure(
    {
      passed: stats.expected ?? 0,
      failed: (stats.unexpected ?? 0) + (stats.flaky ?? 0) + broken,
      skipped: stats.skipped ?? 0,
    },
    code,
  );
}

/**
 * @param {Counts} counts
 * @param {number} code
 * @returns {Counts}
 */
function withSilenceAsFailure(counts, code) {
  const silent = counts.failed === 0 && (counts.passed === 0 || code !== 0);
  return silent ? { ...counts, failed: 1 } : counts;
}

/**
 * The last line of `npm test`.
 * @param {readonly Counts[]} all
 * @returns {{ line: string, ok: boolean }}
 */
export function verdict(all) {
  const passed = all.reduce((sum, counts) => sum + counts.passed, 0);
  const failed = all.reduce((sum, counts) => sum + counts.failed, 0);
  return { line: `${passed} passed, ${failed} failed`, ok: failed === 0 && passed > 0 };
}
