import { taskWords } from '@grokscope/figures';
import type { RunEvent } from '@grokscope/schema';
import { describe, expect, it } from 'vitest';
import { curvesWords } from '../story/task-words.js';
import { runMode } from './run-mode.js';
import { initialRunView, reduceFacts } from './run-state.js';
import { asFacts, command, ended, metrics, refusedCommand, started, viewAfter } from '../testing/events.js';

const tensorFact = (step: number) => ({
  kind: 'tensor' as const,
  tensor: { runId: 'run-a', step, name: 'embed.W_E', shape: [1], data: Float32Array.of(step) },
});

describe('the state of a run', () => {
  it('is the same whether events come one by one or all together', () => {
    const events = [
      started(),
      metrics(0),
      metrics(10),
      command('pause', 12),
      command('resume', 12),
      metrics(20),
    ];
    const oneByOne = asFacts(events).reduce((view, fact) => reduceFacts(view, [fact]), initialRunView);
    expect(oneByOne).toEqual(reduceFacts(initialRunView, asFacts(events)));
  });

  it('never changes the state it was given', () => {
    const before = viewAfter(started(), metrics(0));
    const copy = structuredClone(before);
    reduceFacts(before, [...asFacts([metrics(10), ended('completed', 10)]), tensorFact(10)]);
    expect(before).toEqual(copy);
  });

  it('keeps the curves ascending: a step measured again replaces, an earlier one is left out', () => {
    const view = viewAfter(started(), metrics(0), metrics(10), metrics(10, { trainLoss: 0.7 }), metrics(5));
    expect(view.series.step).toEqual([0, 10]);
    expect(view.series.trainLoss).toEqual([1, 0.7]);
  });

  it('keeps the same curves when nothing was measured, so that nothing is drawn again', () => {
    const view = viewAfter(started(), metrics(0));
    expect(reduceFacts(view, asFacts([command('pause', 3)])).series).toBe(view.series);
  });

  it('counts what a slow connection left out, each tensor by itself', () => {
    const skipped = (name: string, count: number) => ({ kind: 'skipped' as const, name, count });
    const view = reduceFacts(initialRunView, [skipped('a', 2), skipped('b', 1), skipped('a', 3)]);
    expect([...view.skips]).toEqual([
      ['a', 5],
      ['b', 1],
    ]);
  });

  it('remembers the first step at which pairs count as learnt, seen and unseen', () => {
    const view = viewAfter(
      started(),
      metrics(60, { trainAccuracy: 0.989 }),
      metrics(70, { trainAccuracy: 0.99 }),
      metrics(80, { trainAccuracy: 1 }),
      metrics(640, { trainAccuracy: 1, testAccuracy: 0.991 }),
      metrics(660, { trainAccuracy: 0.97, testAccuracy: 0.93 }),
    );
    expect([view.stepMemorized, view.stepGeneralized]).toEqual([70, 640]);
  });

  it('counts the steps of a step command when they are measured, and not before', () => {
    const stepping = [started(), metrics(20), command('pause', 21), command('step', 21)];
    expect(viewAfter(...stepping).step).toBe(21);
    expect(runMode(viewAfter(...stepping))).toBe('live');
    expect(viewAfter(...stepping, metrics(22)).step).toBe(22);
    expect(runMode(viewAfter(...stepping, metrics(22)))).toBe('paused');
    const further = { ...command('step', 21), n: 3 } as RunEvent;
    const twice = [...stepping.slice(0, 3), further];
    expect(runMode(viewAfter(...twice, metrics(23)))).toBe('live');
    expect(runMode(viewAfter(...twice, metrics(24)))).toBe('paused');
    expect(runMode(viewAfter(...twice, command('pause', 22)))).toBe('paused');
  });

  it('takes only newer tensors', () => {
    const view = reduceFacts(initialRunView, [tensorFact(20), tensorFact(10)]);
    expect(view.tensors.get('embed.W_E')?.step).toBe(20);
  });

  it('says why the run refused what the page told it, and nothing of what others told it', () => {
    const view = viewAfter(started());
    expect(reduceFacts(view, asFacts([refusedCommand('api', 4)])).refusal).toBeNull();
    expect(reduceFacts(view, asFacts([refusedCommand('page', 4)])).refusal).toEqual({
      code: 'commandRefused',
      message: 'The run did not do that: no',
    });
  });

  it('forgets a refusal when the run does something again', () => {
    const refused = reduceFacts(viewAfter(started()), [{ kind: 'refused', code: 'x', message: 'no' }]);
    expect(refused.refusal?.message).toBe('no');
    expect(reduceFacts(refused, asFacts([command('pause', 4)])).refusal).toBeNull();
  });
});

describe('the word for the state', () => {
  const lost = {
    kind: 'connection' as const,
    state: { status: 'waiting' as const, retryInMs: 1, lastHeardAt: 0 },
  };

  const broken = { kind: 'failed' as const, failure: { _tag: 'Broken' as const, message: 'a defect' } };

  it.each([
    ['connecting', initialRunView],
    ['connecting', reduceFacts(initialRunView, [{ kind: 'connection', state: { status: 'open' } }])],
    [
      'catching up',
      reduceFacts(viewAfter(started()), [
        { kind: 'connection', state: { status: 'connecting' } },
        { kind: 'connection', state: { status: 'open' } },
      ]),
    ],
    ['starting', viewAfter()],
    ['live', viewAfter(started())],
    ['paused', viewAfter(started(), command('pause', 3))],
    ['live', viewAfter(started(), command('pause', 3), command('step', 4))],
    ['paused', viewAfter(started(), command('pause', 3), command('step', 4), metrics(5))],
    ['live', viewAfter(started(), command('pause', 3), command('resume', 3))],
    ['live', viewAfter(started(), command('set', 3))],
    ['finished', viewAfter(started(), ended('completed', 9))],
    ['finished', viewAfter(started(), ended('stopConditionMet', 9))],
    ['stopped', viewAfter(started(), ended('stopped', 9))],
    ['interrupted', viewAfter(started(), ended('interrupted', 9))],
    ['diverged', viewAfter(started(), ended('diverged', 9))],
    ['failed', viewAfter(started(), ended('failed', 9))],
    ['live', viewAfter(started(), ended('interrupted', 9), { ...started(), resumedFrom: 5 })],
    ['not live', reduceFacts(viewAfter(started()), [lost])],
    ['finished', reduceFacts(viewAfter(started(), ended('completed', 9)), [lost])],
    ['failed', reduceFacts(viewAfter(), [broken])],
    ['failed', reduceFacts(viewAfter(started(), command('pause', 3)), [broken])],
    ['finished', reduceFacts(viewAfter(started(), ended('completed', 9)), [broken])],
  ] as const)('is %s', (word, view) => {
    expect(runMode(view)).toBe(word);
  });

  it('is interrupted where the process is gone without a word', () => {
    expect(runMode(viewAfter(started(), metrics(3)), 'interrupted')).toBe('interrupted');
    expect(runMode(viewAfter(started(), metrics(3)), 'stale')).toBe('not live');
  });

  it('speaks of a task without its code in the words that the run tells', () => {
    const event = started();
    const task = { kind: 'largerOfTwo', n: 7 };
    const toldTask = {
      title: 'the larger of two numbers below 7',
      examples: 'pairs',
      answers: { count: 7, words: '7 numbers' },
      ...{ exampleCount: 49, isSampled: false, such: ['2 or 3 → 3'] },
    };
    const told = viewAfter({ ...event, spec: { ...event.spec, task }, toldTask }).started!.spec;
    expect(taskWords(told.task)).toBe('the larger of two numbers below 7');
    expect(curvesWords({ ...told, data: { trainFraction: 0.5, splitSeed: 0, split: 'native' } })).toMatch(
      /^Blue: the 24 pairs .* Orange: the 25 pairs /,
    );
    const silent = viewAfter({ ...event, spec: { ...event.spec, task } }).started!.spec;
    expect(taskWords(silent.task)).toBe('largerOfTwo');
  });
});
