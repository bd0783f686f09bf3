import { initialWeights } from '@grokscope/model';
import { datasetOf, decodeRunSpec } from '@grokscope/parts';
import type { MonoTypeOperatorFunction, OperatorFunction } from 'rxjs';
import { Observable, Subject, firstValueFrom, from, toArray } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import {
  events,
  everySteps,
  measureOf,
  metrics,
  progress,
  progressMeasures,
  snapshots,
  untilGeneralized,
  type TrainingItem,
} from '../index.js';

const stamp = { runId: 'a', seq: 0, time: '2026-01-01T00:00:00.000Z' };
const measured = (step: number, testAccuracy: number | null): TrainingItem => ({
  type: 'metrics',
  ...stamp,
  step,
  ...{ trainLoss: 1, testLoss: 1, trainAccuracy: 1, sumSquaredWeights: 1, stepsPerSecond: 1 },
  testAccuracy,
});
const snapshot = (step: number, purpose: 'observe' | 'final' = 'observe'): TrainingItem => ({
  type: 'snapshot',
  runId: 'a',
  step,
  purpose,
  weights: [],
});
const inside = (step: number, more: object = {}): TrainingItem => ({
  type: 'progress',
  ...stamp,
  step,
  precision: 'float32',
  ...more,
});

/**
 * m: metrics, g: metrics of a run that has generalised, n: without a test set, s, t: snapshots, f: the last, p, q:
 * progress.
 */
const items = {
  m: measured(0, 0.1),
  n: measured(10, null),
  g: measured(20, 0.99),
  s: snapshot(0),
  t: snapshot(5),
  f: snapshot(25, 'final'),
  p: inside(0, { measures: { own: 3 } }),
  q: inside(10, { keys: 'final', gini: { embedding: 0.5 } }),
};
const values = {
  ...items,
  v: { step: 10, keys: 'final', value: { embedding: 0.5 } },
  w: { step: 0, value: 3 },
};

const scheduled = (test: (helpers: Parameters<Parameters<TestScheduler['run']>[0]>[0]) => void): void =>
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(test);

type Operator = () => OperatorFunction<TrainingItem, unknown> | MonoTypeOperatorFunction<TrainingItem>;

describe.each<[string, Operator, { source: string; result: string; until?: string }]>([
  ['events', events, { source: '-smtpf-|', result: '--m-p--|' }],
  ['metrics', metrics, { source: '-smtng-|', result: '--m-ng-|' }],
  ['snapshots', () => snapshots(everySteps(10)), { source: '-smtpf-|', result: '-s---f-|' }],
  ['progress', progress, { source: '-smpqf-|', result: '---pq--|' }],
  ['measureOf', () => measureOf('gini'), { source: '-smpqf-|', result: '----v--|' }],
  ['measureOf a number', () => measureOf('own'), { source: '-smpqf-|', result: '---w---|' }],
  [
    'untilGeneralized',
    () => untilGeneralized({ accuracy: 0.99 }),
    { source: '-smntgsm|', result: '-smnt(g|)', until: '^----!' },
  ],
  [
    'untilGeneralized of a run that never does',
    () => untilGeneralized({ accuracy: 0.99 }),
    { source: '-smntp-|', result: '-smntp-|' },
  ],
  // Before `started`, nothing can be measured.
  ['progressMeasures', () => progressMeasures(everySteps(1)), { source: '-smtnf-|', result: '-smtnf-|' }],
])('%s', (_, operator, { source, result, until }) => {
  const check = (
    marbles: string,
    expected: string,
    subscription: string,
    unsubscribed?: string,
    error?: unknown,
  ): void =>
    scheduled(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold<TrainingItem>(marbles, items, error);
      expectObservable(source$.pipe(operator()), unsubscribed).toBe(expected, values, error);
      expectSubscriptions(source$.subscriptions).toBe(subscription);
    });
  const whole = until ?? `^${'-'.repeat(source.length - 2)}!`;

  it('gives the values it names, and subscribes once', () => check(source, result, whole));
  it('never ends where its source does not', () => check('-', '-', '^'));
  it('is empty where its source is', () => check('--|', '--|', '^-!'));
  it('passes an error on', () => {
    const defect = new Error('a defect');
    check('--#', '--#', '^-!', undefined, defect);
  });
  it('lets go of its source when it is unsubscribed', () => check('-------', '-------', '^---!', '----!'));
});

describe('progressMeasures of a run that has started', () => {
  const small = { dModel: 4, nHeads: 1, dHead: 4, dMlp: 4 };
  const sequences = decodeRunSpec({ task: { kind: 'rot13' }, model: small });
  if (sequences._tag === 'Left') throw new Error(JSON.stringify(sequences.left));
  const examples = datasetOf(sequences.right);
  if (examples._tag === 'Left') throw new Error(JSON.stringify(examples.left));
  const started = {
    type: 'started',
    ...stamp,
    spec: sequences.right,
    ...{ engine: 'wasm', threads: 1, relaxedSimd: false, parameterCount: 0, why: 'a test' },
  } as TrainingItem;
  const weights = initialWeights(sequences.right.model, examples.right);
  const total = weights.reduce((sum, { data }) => data.reduce((part, w) => part + w * w, sum), 0);
  const weighed = { ...snapshot(0), weights } as TrainingItem;

  it('measures one snapshot after another, in their order, and numbers on', async () => {
    const source$ = new Observable<TrainingItem>((subscriber) => {
      subscriber.next(started);
      subscriber.next(weighed);
      subscriber.next({ ...items.m, seq: 1 } as TrainingItem);
      subscriber.complete();
    });
    const out = await firstValueFrom(source$.pipe(progressMeasures(everySteps(1)), toArray()));
    expect(out.map((item) => [item.type, 'seq' in item ? item.seq : null])).toEqual([
      ['started', 0],
      ['progress', 1],
      ['snapshot', null],
      ['metrics', 2],
    ]);
    expect(out[1]).toMatchObject({
      sumSquaredWeights: { total: expect.closeTo(total, 6) as number },
      precision: 'float64',
    });
  });

  it('says nothing more once it is unsubscribed, though a measure is under way', async () => {
    const source$ = new Subject<TrainingItem>();
    const out: TrainingItem[] = [];
    const subscription = source$.pipe(progressMeasures(everySteps(1))).subscribe((item) => out.push(item));
    source$.next(started);
    source$.next(weighed);
    subscription.unsubscribe();
    expect(source$.observed).toBe(false);
    await new Promise((resolve) => setImmediate(resolve));
    expect(out.map(({ type }) => type)).toEqual(['started']);
  });

  it('passes on what a measure throws', async () => {
    const broken = {
      ...{ name: 'broken', title: 'Broken', formula: '', unit: '1', range: [null, null], needs: [] },
      of: (): number => {
        throw new Error('the measure broke');
      },
    } as const;
    const source$ = new Observable<TrainingItem>((subscriber) => {
      subscriber.next(started);
      subscriber.next(weighed);
      subscriber.complete();
    });
    await expect(
      firstValueFrom(source$.pipe(progressMeasures(everySteps(1), [broken]), toArray())),
    ).rejects.toThrow('the measure broke');
  });

  const own = (needs: readonly 'gradients'[] = []) =>
    ({
      ...{ name: 'tensors', title: 'Tensors', formula: 'how many', unit: '1', range: [0, null], needs },
      of: ({ weights }: { readonly weights: readonly unknown[] }): number => weights.length,
    }) as const;
  const told = (source: readonly TrainingItem[], needs?: readonly 'gradients'[]) =>
    firstValueFrom(from(source).pipe(progressMeasures(everySteps(1), [own(needs)]), toArray()));

  it('tells measures of one’s own once of a step that the run measured itself, beside what it measured', async () => {
    const byRun = inside(0, { seq: 1 });
    const out = await told([started, byRun, weighed, weighed]);
    expect(out.map(({ type }) => type)).toEqual(['started', 'progress', 'progress', 'snapshot', 'snapshot']);
    expect(out[2]).toMatchObject({ step: 0, measures: { tensors: weights.length } });
    expect(out[2]).not.toHaveProperty('loss');
    expect(out.flatMap((item) => ('seq' in item ? [item.seq] : []))).toEqual([0, 1, 2]);
  });

  it('refuses one of them by name where it needs what no snapshot has', async () => {
    await expect(told([started, weighed], ['gradients'])).rejects.toThrow('"tensors" needs gradients');
  });
});

describe('everySteps', () => {
  it('is step 0 and every n-th after it, of whole numbers alone', () => {
    expect([0, 1, 2, 3, 4, 5, 6].filter(everySteps(3))).toEqual([0, 3, 6]);
    for (const n of [0, -1, 1.5, NaN]) expect(() => everySteps(n)).toThrow(RangeError);
  });
});
