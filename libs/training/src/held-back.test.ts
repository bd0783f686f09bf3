import { createReferenceEngine } from '@grokscope/engine';
import { decodeRunSpec } from '@grokscope/parts';
import { createDataset } from '@grokscope/tasks';
import type { Subscription } from 'rxjs';
import { NEVER, Subject } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { MOST_WAITING, train } from './index.js';
import type { TrainDeps, TrainingItem } from './index.js';

const spec = decodeRunSpec({
  task: { kind: 'modularAddition', p: 5 },
  model: { dModel: 4, nHeads: 1, dHead: 4, dMlp: 4 },
  training: { steps: 100 },
  observe: { metricsEvery: 1, progressEvery: 1000, checkpointEvery: 1000 },
});
if (spec._tag === 'Left') throw new Error(JSON.stringify(spec.left));
const { right: decoded } = spec;
const dataset = createDataset(decoded.task, decoded.data);
if (dataset._tag === 'Left') throw new Error(dataset.left.message);
const deps: TrainDeps = {
  engine: createReferenceEngine(),
  dataset: dataset.right,
  runId: 'a',
  why: 'a test',
  now: () => 0,
};

/** The most that is emitted between two steps. */
const AT_A_BORDER = 4;

let running: Subscription | undefined;
afterEach(() => running?.unsubscribe());

/** Trains, and keeps what is emitted. */
function listened(taken$: TrainDeps['taken$']): {
  readonly items: TrainingItem[];
  readonly ended: Promise<void>;
} {
  const items: TrainingItem[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    const options = taken$ === undefined ? deps : { ...deps, taken$ };
    running = train(decoded, options).subscribe({
      next: (item) => items.push(item),
      error: reject,
      complete: resolve,
    });
  });
  return { items, ended };
}

const factsOf = (items: readonly TrainingItem[]): unknown[] =>
  items.map((item) =>
    item.type === 'ended'
      ? { ...item, elapsedMs: 0, evaluationMs: 0, stepsPerSecond: 0 }
      : item.type === 'metrics'
        ? { ...item, stepsPerSecond: 0 }
        : item.type === 'snapshot'
          ? { ...item, progress: null }
          : item,
  );

/** Waits until the run has had many turns in which it emitted nothing. */
async function isAtRest(items: readonly unknown[]): Promise<void> {
  for (let quiet = 0, before = -1; quiet < 50; quiet++) {
    if (items.length !== before) quiet = 0;
    before = items.length;
    await new Promise(setImmediate);
  }
}

describe('a run whose listener says what it has taken', () => {
  it('waits for one that takes nothing, and leaves when it is unsubscribed', async () => {
    const { items } = listened(NEVER);
    await isAtRest(items);
    expect(items.length).toBeGreaterThan(MOST_WAITING);
    expect(items.length).toBeLessThanOrEqual(MOST_WAITING + AT_A_BORDER);
    running?.unsubscribe();
    await isAtRest(items);
    expect(items.at(-1)!.type).not.toBe('ended');
  });

  it('goes on as items are taken, never too far ahead, and loses nothing', async () => {
    const free = listened(undefined);
    await free.ended;
    const taken$ = new Subject<void>();
    const held = listened(taken$);
    let taken = 0;
    let most = 0;
    const taking = setInterval(() => {
      most = Math.max(most, held.items.length - taken);
      if (taken < held.items.length) {
        taken += 1;
        taken$.next();
      }
    }, 0);
    await held.ended.finally(() => clearInterval(taking));
    expect(most).toBeGreaterThan(MOST_WAITING / 2);
    expect(most).toBeLessThanOrEqual(MOST_WAITING + AT_A_BORDER);
    expect(factsOf(held.items)).toEqual(factsOf(free.items));
  });

  it('waits for nobody once the listener has stopped counting', async () => {
    const taken$ = new Subject<void>();
    const { items, ended } = listened(taken$);
    await isAtRest(items);
    taken$.complete();
    await ended;
    expect(items.at(-1)!.type).toBe('ended');
  });
});
