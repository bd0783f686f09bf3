import { describe, expect, it } from 'vitest';
import { resolveRunSpec } from '@grokscope/experiments';
import type { EndedEvent, MetricsEvent, StartedEvent } from '@grokscope/schema';
import { barFacts, progressView } from './progress.js';
import { interruptedWords, metricsText, startText, summaryText } from './run-text.js';
import { table } from './table.js';

const at = { runId: 'small-1', seq: 0, time: '2026-01-01T00:00:00.000Z' };
const metrics = (step: number, more: Partial<MetricsEvent> = {}): MetricsEvent => ({
  type: 'metrics',
  ...at,
  step,
  trainLoss: 0.5,
  testLoss: 4,
  trainAccuracy: 1,
  testAccuracy: 0.25,
  sumSquaredWeights: 1,
  stepsPerSecond: 38.1,
  ...more,
});
const ended: EndedEvent = {
  type: 'ended',
  ...at,
  reason: 'completed',
  step: 1200,
  elapsedMs: 43_000,
  stepsPerSecond: 28,
  stepMemorized: 65,
  stepGeneralized: null,
  finalTrainLoss: 1e-4,
  finalTestLoss: 2.5e-3,
  finalTestAccuracy: 0.5,
  message: null,
};

/** Numbers are joined to their units by non-breaking spaces; here these are replaced by plain ones. */
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('what a person reads', () => {
  it('is where a run stands, without what is not known', () => {
    expect(plain(metricsText(metrics(1704)))).toBe(
      'step 1,704 · train loss 0.500, 100 % right · test loss 4.00, 25.0 % right · 38.1 steps/s',
    );
    expect(plain(metricsText(metrics(0, { testLoss: null, testAccuracy: null, stepsPerSecond: null })))).toBe(
      'step 0 · train loss 0.500, 100 % right',
    );
  });

  it('is what came of a run, and where to look', () => {
    const text = plain(summaryText(ended, '/elsewhere/step.safetensors', '/elsewhere/my runs'));
    expect(text).toContain('small-1 completed after 1,200 steps in 43 s');
    expect(text).toContain('memorised    at step 65');
    expect(text).toContain('generalised  not by step 1,200');
    expect(text).toContain('/elsewhere/step.safetensors');
    expect(text).toContain("npx grokscope serve --runs '/elsewhere/my runs'\n");
    expect(text).not.toContain('--resume');
    expect(summaryText({ ...ended, reason: 'interrupted' }, null, '/elsewhere/my runs')).toContain(
      "go on        npx grokscope run --resume small-1 --runs '/elsewhere/my runs'\n",
    );
    expect(summaryText({ ...ended, reason: 'diverged', message: 'too fast' }, null, '.')).toContain(
      'too fast',
    );
  });

  it('is at Ctrl-C what becomes of the run, and how it goes on', () => {
    expect(interruptedWords('small-1', '/elsewhere')).toBe(
      'writing a checkpoint; `npx grokscope run --resume small-1 --runs /elsewhere` goes on from there',
    );
    expect(interruptedWords(undefined, '/elsewhere')).not.toContain('resume');
  });

  it('is beside the bar what is known, and the time left in words', () => {
    expect(plain(barFacts(metrics(200), 1200))).toBe(
      'loss 0.500 · train 100 %, test 25.0 % · 38.1 steps/s · 26 s left',
    );
    // Before the first speed is known, at an invalid speed, and at the end.
    for (const stepsPerSecond of [null, 0, NaN])
      expect(barFacts(metrics(0, { stepsPerSecond, testAccuracy: null }), 1e6)).toBe(
        `loss 0.500 · train 100\u00a0%`,
      );
    expect(barFacts(metrics(1200), 1200)).not.toContain('left');
    expect(plain(barFacts(metrics(1, { stepsPerSecond: 1e-4 }), 1e9))).toMatch(/ h .*left$/);
  });

  it('is some twenty lines, however long the run, with its first and its last step', () => {
    const said: string[] = [];
    const output = { out: (text: string) => said.push(text), err: () => undefined, outIsTerminal: false };
    const view = progressView(output, 40_000);
    for (let step = 0; step <= 40_000; step += 100) view.metrics(metrics(step));
    view.done();
    expect(said).toHaveLength(21);
    expect(said[0]).toContain('step 0 ');
    expect(said.at(-1)).toContain('step 40,000 ');
  });
});

it('a table aligns its columns and pads no line at its end', () => {
  expect(table([['a', 'bb', 'c'], ['aaa', 'b', ''], []])).toBe('a    bb  c\naaa  b\n\n');
});

it('a table has one line for each row, whatever its cells hold, and aligns what a reader sees', () => {
  expect(
    table([
      ['a\nb\u001b', 'c'],
      ['e\u0301', 'd'],
    ]),
  ).toBe(`a\\u000ab\\u001b  c\ne\u0301${' '.repeat(15)}d\n`);
});

it('a run that begins speaks of a task that is not built in as the run tells it', () => {
  const decoded = resolveRunSpec({ task: { kind: 'modularAddition', p: 7 } });
  if (decoded._tag === 'Left') throw new Error(JSON.stringify(decoded.left));
  const toldTask = {
    title: 'the larger of two numbers below 7',
    examples: 'pairs',
    answers: { count: 7, words: '7 answers' },
    exampleCount: 49,
    isSampled: false,
    such: ['3 or 5 → 5'],
  };
  const started: StartedEvent = {
    ...{
      type: 'started',
      ...at,
      engine: 'wasm',
      threads: 1,
      relaxedSimd: false,
      parameterCount: 9,
      why: 'a test',
    },
    spec: { ...decoded.right, task: { kind: 'largerOfTwo' } },
  } as StartedEvent;
  const text = plain(startText({ ...started, toldTask }));
  expect(text).toContain('largerOfTwo, the larger of two numbers below 7, trained on 14 of 49 pairs');
  expect(text).toContain('such as 3 or 5 → 5');
});
