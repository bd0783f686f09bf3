import { describe, expect, it } from 'vitest';
import { chanceFrom } from './chance.js';
import { runMode } from '../run/run-mode.js';
import { reduceFacts } from '../run/run-state.js';
import type { RunView } from '../run/run-state.js';
import { spikeStep } from '../plot/spike.js';
import { tellStory } from './story.js';
import { wavesOf } from '../plot/waves.js';
import { command, ended, metrics, started, viewAfter } from '../testing/events.js';

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
const byHeart = metrics(70, { trainLoss: 0.16, testLoss: 10.7, trainAccuracy: 1, testAccuracy: 0.02 });
const understood = metrics(640, { trainLoss: 1e-4, testLoss: 0.03, trainAccuracy: 1, testAccuracy: 0.991 });
const later = (step: number, values = {}) => metrics(step, { ...byHeart, step, trainLoss: 0.01, ...values });

describe('the story', () => {
  it('before learning: the same chance for each answer', () => {
    expect(tell(viewAfter(started(), untrained))).toBe(
      'It knows nothing yet: it gives each of 113 answers about the same chance.',
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
      'It learnt its 3,830 pairs by heart by step 70. On the others it does little better than guessing: ' +
        '2.0 % right, where chance gives 0.9 %.',
    );
  });

  it('waves that stand out under the surface are named', () => {
    const text = tell(viewAfter(started(), untrained, byHeart, later(300)), [2, 20, 29]);
    expect(text).toContain(
      'Three waves stand out in the embedding: k = 2, 20, 29. The test loss does not show it yet.',
    );
  });

  it('says how far the test loss has fallen', () => {
    const view = viewAfter(started(), untrained, byHeart, later(500, { testLoss: 5.1 }));
    expect(tell(view, [2, 20])).toContain(
      'Two waves stand out in the embedding: k = 2, 20. The test loss has fallen to 5.10, from 10.7 at step 70.',
    );
  });

  it('says where it fell back, and whether it has recovered', () => {
    const stamp = { runId: 'a', seq: 9, time: '2026-01-01T00:00:00.000Z' };
    const fall = { type: 'fall', ...stamp, step: 700, learnedAt: 640, testAccuracy: 0.4 } as const;
    const low = metrics(700, { ...understood, step: 700, testAccuracy: 0.4 });
    const again = metrics(900, { ...understood, step: 900 });
    const fallen = viewAfter(started(), untrained, byHeart, understood, low, fall);
    expect(tell(fallen)).toContain(
      'It fell back at step 700, to 40.0 % right. It had understood by step 640; now',
    );
    const recovered = viewAfter(started(), untrained, byHeart, understood, low, fall, again);
    expect(tell(recovered)).toContain(
      'It fell back at step 700, to 40.0 % right, and has recovered since. Now it has understood',
    );
    // As it was known then.
    expect(tell(recovered, [], null, 640)).not.toContain('fell back');
  });

  it('beginning to understand', () => {
    const view = viewAfter(started(), untrained, byHeart, later(550, { testAccuracy: 0.57 }));
    expect(tell(view, [2, 20])).toContain(
      'beginning to understand: 57.0 % of the pairs it has never seen are right, up from 2.0 % at step 70.',
    );
  });

  it('generalised: from heart to understanding, with the delay', () => {
    const view = viewAfter(started(), untrained, byHeart, later(400, { testAccuracy: 0.04 }), understood);
    const text = tell(view, [2, 20, 29, 32, 54]);
    expect(text).toBe(
      'It learnt its 3,830 pairs by heart by step 70. On the others it did little better than guessing until ' +
        'step 400; after that it improved, to 99 % by step 640. Five waves stand out in the embedding: k = 2, 20, ' +
        '29, 32, 54. Now it has understood: 99.1 % of unseen pairs are right.',
    );
  });

  it('generalised without a delay is told as such', () => {
    const both = metrics(70, { trainAccuracy: 1, testAccuracy: 1, trainLoss: 0.01, testLoss: 0.02 });
    expect(tell(viewAfter(started(), untrained, both))).toContain('It understood as it learnt');
  });

  it('a spike is told while it lasts, and not after', () => {
    const jump = metrics(660, { ...understood, step: 660, trainLoss: 0.03, testAccuracy: 0.93 });
    const after = metrics(700, { ...understood, step: 700, trainLoss: 9e-4 });
    const spiking = viewAfter(started(), untrained, byHeart, understood, jump);
    expect(tell(spiking)).toContain('The training loss jumped at step 660.');
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
    ['stopConditionMet', 'Finished after 1,200 steps in 31 s, when its stop condition was met.'],
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

  it('speaks of the step that is shown, and of nothing that came after it', () => {
    const view = viewAfter(started(), untrained, byHeart, understood, ended('completed', 1200));
    expect(tell(view, [], null, 0)).toBe(
      'Step 0 is shown; the run went on to step 1,200. It knows nothing yet: it gives each of 113 answers about ' +
        'the same chance.',
    );
    expect(tell(view, [], null, 250)).toBe(
      'Step 250 is shown; the run went on to step 1,200. It learnt its 3,830 pairs by heart by step 70. On the ' +
        'others it does little better than guessing: 2.0 % right, where chance gives 0.9 %.',
    );
    expect(tell(view, [], null, 1200)).toBe(tell(view));
    const live = viewAfter(started(), untrained, byHeart, understood);
    expect(tell(live, [], null, 50)).toMatch(
      /^Step 50 is shown; the run is at step 640\. It knows nothing yet/,
    );
    const lost = reduceFacts(live, [
      { kind: 'connection', state: { status: 'waiting', retryInMs: 500, lastHeardAt: 1 } },
    ]);
    expect(tell(lost, [], 40, 50)).toMatch(
      /^Not live: last heard from 40 s ago\. Trying again\. Step 50 is shown/,
    );
  });

  it('catching up says so', () => {
    const view = reduceFacts(viewAfter(started(), byHeart), [
      { kind: 'connection', state: { status: 'connecting' } },
      { kind: 'connection', state: { status: 'open' } },
    ]);
    expect(tell(view)).toMatch(/^Catching up with the run … It learnt its 3,830 pairs/);
  });

  it('tells neither a number nor a cause where the loss is no number', () => {
    const nan = metrics(80, { trainLoss: null, testLoss: null, trainAccuracy: 0.03, testAccuracy: 0.05 });
    expect(tell(viewAfter(started(), untrained, byHeart, nan))).toBe(
      'At step 80 the loss is no longer a number.',
    );
    const learnt = metrics(80, { trainLoss: null, trainAccuracy: 1, testLoss: null, testAccuracy: 1 });
    expect(viewAfter(started(), untrained, learnt)).toMatchObject({
      stepMemorized: null,
      stepGeneralized: null,
    });
  });

  it('finished without understanding says so', () => {
    const view = viewAfter(started(), untrained, byHeart, later(1200), ended('completed', 1200));
    expect(tell(view)).toContain('No sign of understanding by step 1,200. Finished after 1,200 steps');
    // If something shows in the weights there is a sign, and only understanding is missing.
    expect(tell(view, [2, 5])).toContain('It had not understood by step 1,200. Finished after 1,200 steps');
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
