import { preset, presets } from '@grokscope/experiments';
import { formatPercent } from '@grokscope/figures';
import { describe, expect, it } from 'vitest';
import { chanceOf } from '../story/chance.js';
import { viewAt } from './known-at.js';
import { lossTitle } from '../panels/loss/loss-title.js';
import { phaseReasons } from '../panels/story/phase-reasons.js';
import { runMode } from './run-mode.js';
import type { RunView } from './run-state.js';
import { tellStory } from '../story/story.js';
import type { RecordedRun } from '../testing/recorded.js';
import { finishedView, liveView, recordedRun, recordedRuns, wavesAt } from '../testing/recorded.js';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

/** Everything the page states about the curves at a step: story and title. */
const tell = (run: RecordedRun, view: RunView, shownStep: number | null): string => {
  const chance = chanceOf(run.spec);
  const known = viewAt(view, shownStep);
  const waves = wavesAt(run, view, known.step);
  const mode = runMode(view);
  const story = tellStory({ view, mode, shownStep, chance, waves, silentForSeconds: null });
  return plain(`[${lossTitle(known, chance)}] ${story.map(({ text }) => text).join(' ')}`);
};

const stops = (run: RecordedRun): readonly number[] => run.stops.map(({ step }) => step);

describe.each(recordedRuns)('the recorded run $name', (run) => {
  it('is told at ten stops of the slider, at its end and live as was read and found true', () => {
    const finished = finishedView(run);
    const lines = stops(run).map((step) => `${step}: ${tell(run, finished, step)}`);
    const steps = run.metrics.step;
    const halfway = [0.02, 0.05, 0.1, 0.2, 0.5].map(
      (share) => steps[Math.round(share * (steps.length - 1))] ?? 0,
    );
    const live = halfway.map((step) => `live ${step}: ${tell(run, liveView(run, step), null)}`);
    const reasons = phaseReasons(finished.history).map(({ begins }) => begins);
    expect([...lines, `end: ${tell(run, finished, null)}`, ...live, ...reasons].join('\n')).toMatchSnapshot();
  });
});

/**
 * Everything the page states about a run while it goes on and afterwards: the view, the displayed step, and the texts.
 */
const tellings = (run: RecordedRun): { step: number; isEnd: boolean; text: string; title: string }[] => {
  const finished = finishedView(run);
  const all = [
    ...stops(run).map((step) => ({ view: finished, shownStep: step })),
    { view: finished, shownStep: null },
    ...run.metrics.step.map((step) => ({ view: liveView(run, step), shownStep: null })),
  ];
  return all.map(({ view, shownStep }) => {
    const [, title = '', text = ''] = /^\[(.*?)\] (.*)$/.exec(tell(run, view, shownStep)) ?? [];
    const step = shownStep ?? view.ended?.step ?? view.step;
    return { step, isEnd: view.ended?.step === step, title, text };
  });
};

describe.each(recordedRuns)('of the recorded run $name', (run) => {
  const { metrics } = run;
  const chance = chanceOf(run.spec);
  const upTo = (column: readonly (number | null)[], step: number): number[] =>
    column.flatMap((value, i) => (value !== null && (metrics.step[i] ?? 0) <= step ? [value] : []));
  const at = (column: readonly (number | null)[], step: number): number => upTo(column, step).at(-1) ?? NaN;
  const first = (column: readonly (number | null)[]): number =>
    metrics.step.find((_, i) => (column[i] ?? 0) >= 0.99) ?? Infinity;
  const memorized = first(metrics.trainAccuracy);
  const generalized = first(metrics.testAccuracy);
  const told = tellings(run);

  it('every number is one that was measured by then, and finite', () => {
    for (const { step, text, title } of told) {
      expect(`${title} ${text}`).not.toMatch(/NaN|undefined|null|Infinity|–/);
      const known = [
        ...upTo(metrics.trainAccuracy, step),
        ...upTo(metrics.testAccuracy, step),
        chance.share,
        0.99,
      ];
      const shares = new Set([...known.map((share) => plain(formatPercent(share))), '99 %']);
      for (const [share] of `${title} ${text}`.matchAll(/[\d.]+ %/g)) expect([...shares]).toContain(share);
      const sentences = text.replace(/^Step [\d,]+ is shown; [^.]*\. /, '');
      for (const [, digits = ''] of `${title} ${sentences}`.matchAll(/steps? ([\d,]+)/g))
        expect(Number(digits.replaceAll(',', ''))).toBeLessThanOrEqual(step);
    }
  });

  it('nothing is said to be guessed that was not, and nothing reached before it was', () => {
    for (const { step, text, title } of told) {
      const since = metrics.step.flatMap((one, i) =>
        one >= memorized && one <= step ? [{ one, share: metrics.testAccuracy[i] ?? 0 }] : [],
      );
      if (/On the others it does [a-z ]+ than guessing|No sign of/.test(text))
        for (const { share } of since) expect(share).toBeLessThanOrEqual(chance.bound);
      const until = /than guessing until step ([\d,]+)/.exec(text)?.[1];
      for (const { one, share } of until === undefined ? [] : since)
        if (one <= Number(until?.replaceAll(',', ''))) expect(share).toBeLessThanOrEqual(chance.bound);
      if (step < memorized) expect(text + title).not.toMatch(/It learnt its|Learnt by heart/);
      // Only a network that knows just its training examples knows them by heart.
      if (/learnt .* by heart by|Learnt by heart|learnt by heart$/.test(`${text}\n${title}`))
        expect(at(metrics.testAccuracy, memorized)).toBeLessThan(0.75);
      if (step < generalized)
        expect(text + title).not.toMatch(/has understood|had understood|Understood|It understood/);
      if (/[Nn]ow it has understood/.test(text))
        expect(at(metrics.testAccuracy, step)).toBeGreaterThanOrEqual(0.99);
      if (at(metrics.testAccuracy, step) > chance.bound) expect(text).not.toContain('No sign');
      if (at(metrics.testAccuracy, step) >= 0.9) expect(text).not.toMatch(/had not|It is learning/);
    }
  });

  it('no ending is told before the end, and title and story are of one mind', () => {
    for (const { isEnd, text, title } of told) {
      if (!isEnd) expect(text).not.toMatch(/Finished|Stopped|Diverged|Failed|goal|stop condition|had not/);
      // The title for accuracy that was lost again says that instead.
      const isLost = /It had understood by/.test(text);
      expect(/^Understood gradually/.test(title)).toBe(/followed gradually/.test(text) && !isLost);
      expect(/^Understood as/.test(title)).toBe(/understood as it learnt/.test(text));
      expect(/^Understood \d/.test(title.replaceAll(',', ''))).toBe(
        /little better than guessing until/.test(text) && !isLost,
      );
      expect(/not yet understood/.test(title)).toBe(/On the others it does/.test(text));
    }
  });
});

describe('runs are recorded', () => {
  it.each(presets.map(({ name }) => name))(
    'of the preset %s, of its task and with ten stops of the slider',
    (name) => {
      const run = recordedRun(name);
      expect(run.spec.task).toEqual(preset(name).task);
      expect(new Set(stops(run)).size).toBe(10);
      expect(run.saved).toEqual(expect.arrayContaining([...stops(run)]));
      expect(stops(run).at(-1)).toBe(run.ended.step);
      // What is stated about a stop was measured there.
      expect(run.metrics.step).toEqual(expect.arrayContaining([...stops(run)]));
    },
  );

  it('of one that diverges and of one that never understands', () => {
    expect(recordedRun('diverged').ended.reason).toBe('diverged');
    expect(recordedRun('never').ended.stepGeneralized).toBeNull();
  });
});
