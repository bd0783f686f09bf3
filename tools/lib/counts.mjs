import { relative } from 'node:path';
import { root } from './workspace.mjs';

/**
 * The result of a stage of `npm test`.
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {readonly string[]} [failures] each failed test in a line or two: file, name, first line of its error
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
 * A file that does not load counts as one failure; a report that is missing or without tests counts as one too: no
 * result is not success.
 * @param {any} report as written by `--reporter=json`
 * @param {number} code Vitest's exit code
 * @returns {Counts}
 */
export function vitestCounts(report, code) {
  /** @type {VitestFile[]} */
  const files = report?.testResults ?? [];
  const statuses = files.flatMap((file) => file.assertionResults.map((test) => test.status));
  const broken = files.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  const passed = statuses.filter((status) => status === 'passed').length;
  const failed = statuses.filter((status) => status === 'failed').length + broken.length;
  return withSilenceAsFailure(
    {
      passed,
      failed,
      skipped: statuses.length - passed - (failed - broken.length),
      failures: [
        ...files.flatMap((file) =>
          file.assertionResults
            .filter((test) => test.status === 'failed')
            .map((test) => failure(file.name, test.fullName, test.failureMessages?.[0])),
        ),
        ...broken.map((file) => failure(file.name, 'does not load', file.message)),
      ],
    },
    code,
  );
}

/**
 * Counts of a Playwright JSON report, by the same rules. A flaky test counts as failed.
 * @param {any} report as written by the reporter `json`
 * @param {number} code Playwright's exit code
 * @returns {Counts}
 */
export function playwrightCounts(report, code) {
  const stats = report?.stats ?? {};
  const errors = report?.errors ?? [];
  return withSilenceAsFailure(
    {
      passed: stats.expected ?? 0,
      failed: (stats.unexpected ?? 0) + (stats.flaky ?? 0) + errors.length,
      skipped: stats.skipped ?? 0,
      failures: [
        ...specsOf(report)
          .filter((spec) => !spec.ok || isFlaky(spec))
          .map(specFailure),
        ...errors.map((/** @type {{ message?: string }} */ error) =>
          failure('', 'outside any test', error.message),
        ),
      ],
    },
    code,
  );
}

/**
 * @typedef {object} VitestFile
 * @property {string} name
 * @property {string} status
 * @property {string} [message]
 * @property {{ status: string, fullName?: string, failureMessages?: string[] }[]} assertionResults
 */

/**
 * @typedef {object} PlaywrightSpec
 * @property {string} file
 * @property {string} title
 * @property {boolean} ok
 * @property {{ status: string, results: { error?: { message?: string } }[] }[]} tests
 */

/**
 * The tests of a Playwright report, those of nested suites included.
 * @param {any} suite a report or a suite of it
 * @returns {PlaywrightSpec[]}
 */
function specsOf(suite) {
  return [...(suite?.specs ?? []), ...(suite?.suites ?? []).flatMap(specsOf)];
}

/** @param {PlaywrightSpec} spec */
const isFlaky = (spec) => spec.tests.some((test) => test.status === 'flaky');

/** @param {PlaywrightSpec} spec */
function specFailure(spec) {
  const results = spec.tests.flatMap((test) => test.results);
  return failure(spec.file, spec.title, results.find((result) => result.error !== undefined)?.error?.message);
}

/**
 * @param {string | undefined} file
 * @param {string | undefined} name
 * @param {string | undefined} message
 * @returns {string}
 */
function failure(file, name, message) {
  const place = file?.startsWith(root) ? relative(root, file) : file;
  const firstLine = message?.split('\n', 1)[0];
  return [place, name, firstLine].filter((part) => part !== undefined && part !== '').join(' › ');
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
