import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { playwrightCounts, single, verdict, vitestCounts } from './counts.mjs';
import { root } from './workspace.mjs';

const vitestFile = (status: string, ...tests: readonly string[]) => ({
  name: join(root, 'libs', 'some.test.ts'),
  status,
  message: 'Cannot find module',
  assertionResults: tests.map((test) => ({
    status: test,
    fullName: `a test that ${test}`,
    failureMessages: test === 'failed' ? ['Error: 1 is not 2\n    at some.test.ts:3'] : [],
  })),
});
const file = join('libs', 'some.test.ts');

describe('counts of a Vitest report', () => {
  it('adds up files and keeps skipped tests apart', () => {
    const report = {
      testResults: [
        vitestFile('passed', 'passed', 'pending'),
        vitestFile('failed', 'passed', 'failed', 'failed'),
      ],
    };
    expect(vitestCounts(report, 1)).toEqual({
      passed: 2,
      failed: 2,
      skipped: 1,
      failures: Array(2).fill(`${file} › a test that failed › Error: 1 is not 2`),
    });
  });

  it('counts a file that does not load as one failure', () => {
    const report = { testResults: [vitestFile('failed'), vitestFile('passed', 'passed', 'skipped')] };
    expect(vitestCounts(report, 1)).toEqual({
      passed: 1,
      failed: 1,
      skipped: 1,
      failures: [`${file} › does not load › Cannot find module`],
    });
  });

  it('fails when nothing ran, when nothing was written, and when only the exit code complains', () => {
    expect(vitestCounts({ testResults: [] }, 0).failed).toBe(1);
    expect(vitestCounts({ testResults: [vitestFile('passed', 'skipped')] }, 0).failed).toBe(1);
    expect(vitestCounts(undefined, 1).failed).toBe(1);
    expect(vitestCounts({ testResults: [vitestFile('passed', 'passed')] }, 1)).toMatchObject({
      passed: 1,
      failed: 1,
    });
  });
});

describe('counts of a Playwright report', () => {
  it('takes a flaky test and an error outside any test as failures', () => {
    const spec = (title: string, status: string, message?: string) => ({
      file: 'page.spec.ts',
      title,
      ok: status !== 'unexpected',
      tests: [{ status, results: [{ error: message === undefined ? undefined : { message } }, {}] }],
    });
    const report = {
      stats: { expected: 5, unexpected: 1, flaky: 1, skipped: 2 },
      suites: [
        {
          specs: [spec('opens', 'expected')],
          suites: [{ specs: [spec('leaps', 'unexpected', 'Too\nlate')] }],
        },
        { specs: [spec('draws', 'flaky', 'Once')] },
      ],
      errors: [{ message: 'No browser' }],
    };
    expect(playwrightCounts(report, 1)).toEqual({
      passed: 5,
      failed: 3,
      skipped: 2,
      failures: [
        'page.spec.ts › leaps › Too',
        'page.spec.ts › draws › Once',
        'outside any test › No browser',
      ],
    });
  });

  it('fails when no test was found', () => {
    expect(playwrightCounts({ stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 0 } }, 0).failed).toBe(
      1,
    );
    expect(playwrightCounts(undefined, 1).failed).toBe(1);
  });
});

describe('the verdict', () => {
  it('adds the stages up into one line', () => {
    const line = verdict([single(true), { passed: 40, failed: 2, skipped: 3 }, single(false)]);
    expect(line).toEqual({ line: '41 passed, 3 failed', ok: false });
  });

  it('is good only when something passed and nothing failed', () => {
    expect(verdict([single(true)])).toEqual({ line: '1 passed, 0 failed', ok: true });
    expect(verdict([]).ok).toBe(false);
  });
});
