import { describe, expect, it } from 'vitest';
import { chanceFrom } from './chance.js';
import { runMode } from './run-mode.js';
import { reduceFacts } from './run-state.js';
import type { RunView } from './run-state.js';
import { spikeStep } from './spike.js';
import { tellStory } from './story.js';
import { wavesOf } from './waves.js';
import { command, ended, metrics, started, viewAfter } from './testing/events.js';

const chance = chanceFrom(1 / 113, 8939);

const tell = (
  view: RunView,
  standingOut: readonly number[] = [],
  silentForSeconds: number | null = null,
  shownStep: number | null = null,
): string =>
  tellStory({
    view,
    mode: runMode(view),
    shownStep,
    chance,
    waves: wavesOf([], standingOut, false),
    silentForSeconds,
  })
    .map(({ text }) => text)
    .join(' ')
    .replace(/\u00a0/g, ' ');

const untrained = metrics(0, { trainLoss: 4.74, testLoss: 4.75, trainAccuracy: 0.009, testAccuracy: 0.008 });
const byHeart = metrics(70, { trainLoss: 0.16, testLoss: 10.7, trainAccuracy: 1, testAccuracy: 0.12 });
const understood = metrics(640, { trainLoss: 1e-4, testLoss: 0.03, trainAccuracy: 1, testAccuracy: 0.991 });
const later = (step: number, values = {}) => metrics(step, { ...byHeart, step, trainLoss: 0.01, ...values });

describe('the story', () => {
  it('before learning: the same chance for each answer', () => {
    expect(tell(viewAfter(started(), untrained))).toBe(
      'It knows nothing yet: it gives each of 113 answers the same chance.',
    );
  });

  it('memorising: how much of each half is right', () => {
    const half = metrics(40, { trainLoss: 2, trainAccuracy: 0.4, testAccuracy: 0.03 });
    expect(tell(viewAfter(started(), untrained, half))).toContain(
      '40.0 % of the pairs it trains on are right',
    );
  });

  it('memorised: by heart, and guessing', () => {
    expect(tell(viewAfter(started(), untrained, byHeart))).toBe(
      'It learnt its 3,830 pairs by heart by step 70. On the others it guesses: 12.0 % right.',
    );
  });

  it('waves growing under the surface are named', () => {
    const text = tell(viewAfter(started(), untrained, byHeart, later(300)), [2, 20, 29]);
    expect(text).toContain(
      'Under the surface three waves grow: k = 2, 20, 29. The loss does not show it yet.',
    );
  });

  it('says when the test loss begins to fall', () => {
    const view = viewAfter(started(), untrained, byHeart, later(500, { testLoss: 5.1 }));
    expect(tell(view, [2, 20])).toContain(
      'Under the surface two waves grow: k = 2, 20. The test loss begins to fall.',
    );
  });

  it('beginning to understand', () => {
    const view = viewAfter(started(), untrained, byHeart, later(550, { testAccuracy: 0.57 }));
    expect(tell(view, [2, 20])).toContain('beginning to understand: 57.0 % of the pairs it has never seen');
  });

  it('generalised: from heart to understanding, with the delay', () => {
    const text = tell(viewAfter(started(), untrained, byHeart, understood), [2, 20, 29, 32, 54]);
    expect(text).toBe(
      'It learnt its 3,830 pairs by heart by step 70. For 570 steps it then guessed on the others, while five ' +
        'waves grew in its weights. Now it has understood: 99.1 % of unseen pairs are right.',
    );
  });

  it('generalised without a delay is told as such', () => {
    const both = metrics(70, { trainAccuracy: 1, testAccuracy: 1, trainLoss: 0.01, testLoss: 0.02 });
    expect(tell(viewAfter(started(), untrained, both))).toContain('there was no delay');
  });

  it('a spike is told while it lasts, and not after', () => {
    const jump = metrics(660, { ...understood, step: 660, trainLoss: 0.03, testAccuracy: 0.93 });
    const after = metrics(700, { ...understood, step: 700, trainLoss: 9e-4 });
    const spiking = viewAfter(started(), untrained, byHeart, understood, jump);
    expect(tell(spiking)).toContain('The loss jumped at step 660: a slingshot');
    expect(tell(viewAfter(started(), untrained, byHeart, understood, jump, after))).toContain(
      'Now it has understood',
    );
  });

  it('no sign of understanding, and why without weight decay', () => {
    const without = started((spec) => ({ ...spec, optimizer: { ...spec.optimizer, weightDecay: 0 } }));
    const end = later(10_000);
    expect(tell(viewAfter(without, untrained, byHeart, end))).toContain(
      'No sign of understanding by step 10,000; without weight decay there is no pressure to forget the table.',
    );
    expect(tell(viewAfter(started(), untrained, byHeart, end))).toContain(
      'No sign of understanding by step 10,000.',
    );
    expect(tell(viewAfter(started(), untrained, byHeart, later(1000)))).not.toContain('No sign');
  });

  it('paused says where', () => {
    expect(tell(viewAfter(started(), untrained, byHeart, command('pause', 75)))).toMatch(
      /^Paused at step 75\./,
    );
  });

  it('disconnected says for how long, and that it tries', () => {
    const view = reduceFacts(viewAfter(started(), byHeart), [
      { kind: 'connection', state: { status: 'waiting', retryInMs: 500, lastHeardAt: 1 } },
    ]);
    expect(tell(view, [], 40)).toMatch(/^Not live: last heard from 40 s ago\. Trying again\. It learnt/);
    expect(tell(view, [], null)).toMatch(/^Not live: the server does not answer\./);
  });

  it.each([
    ['completed', 'Finished after 1,200 steps in 31 s.'],
    ['stopConditionMet', 'Finished after 1,200 steps in 31 s, its goal reached.'],
    ['stopped', 'Stopped by hand at step 1,200.'],
    ['diverged', 'Diverged at step 1,200: the loss is no longer a number.'],
    ['interrupted', 'Interrupted at step 1,200; its last checkpoint is kept.'],
    ['failed', 'Failed at step 1,200: no memory.'],
  ] as const)('%s', (reason, words) => {
    const view = viewAfter(
      started(),
      untrained,
      byHeart,
      understood,
      ended(reason, 1200, { message: 'no memory' }),
    );
    expect(tell(view)).toContain(words);
  });

  it('a trainer in this page that broke: why, and what can be done', () => {
    const failure = { _tag: 'Broken', message: 'a defect' } as const;
    const view = reduceFacts(viewAfter(started(), metrics(30)), [{ kind: 'failed', failure }]);
    expect(tell(view)).toBe('Failed at step 30: a defect. Start it again under Runs.');
  });

  it('finished without understanding says so', () => {
    const view = viewAfter(started(), untrained, byHeart, later(1200), ended('completed', 1200));
    expect(tell(view, [2, 5])).toContain(
      'No sign of understanding by step 1,200. Finished after 1,200 steps',
    );
  });
});

describe('a spike', () => {
  const at = (losses: readonly (number | null)[]) =>
    spikeStep({
      ...viewAfter().series,
      step: losses.map((_, i) => 10 * i),
      trainLoss: losses,
    });

  it('is the first step ten times above the least before it, as long as it lasts', () => {
    expect(at([1, 0.1, 0.01, 0.2, 0.3])).toBe(30);
    expect(at([1, 0.1, 0.01, 0.2, 0.05])).toBeNull();
    expect(at([1, 0.1, 1e-4, 0.2, 0.3, 0.05])).toBeNull();
    expect(at([1, 0.5, null, 0.4])).toBeNull();
    expect(at([])).toBeNull();
  });
});
