import { describe, expect, it } from 'vitest';
import { playwrightCounts, single, verdict, vitestCounts } from './counts.mjs';

const vitestFile = (status: string, ...tests: readonly string[]) => ({
  status,
  assertionResults: tests.map((test) => ({ status: test })),
});

describe('counts of a Vitest report', () => {
  it('adds up files and keeps skipped tests apart', () => {
    const report = {
      testResults: [
        vitestFile('passed', 'passed', 'pending'),
        vitestFile('failed', 'passed', 'failed', 'failed'),
      ],
    };
    expect(vitestCounts(report, 1)).toEqual({ passed: 2, failed: 2, skipped: 1 });
  });

  it('counts a file that does not load as one failure', () => {
    const report = { testResults: [vitestFile('failed'), vitestFile('passed', 'passed', 'skipped')] };
    expect(vitestCounts(report, 1)).toEqual({ passed: 1, failed: 1, skipped: 1 });
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
    const report = { stats: { expected: 5, unexpected: 1, flaky: 1, skipped: 2 }, errors: [{}] };
    expect(playwrightCounts(report, 1)).toEqual({ passed: 5, failed: 3, skipped: 2 });
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
