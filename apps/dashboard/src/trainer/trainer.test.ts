import { describe, expect, it } from 'vitest';
import type { Engine } from '@grokscope/engine';
import { EngineError, createReferenceEngine } from '@grokscope/engine';
import type { FromTrainer, ToTrainer } from './protocol.js';
import { createTrainer } from './trainer.js';

const TINY = [
  'task.p=7',
  'model={"dModel": 6, "nHeads": 2, "dHead": 3, "dMlp": 10}',
  'observe={"metricsEvery": 10, "progressEvery": 1000, "checkpointEvery": 1000}',
];

/** A trainer whose messages are kept; `until` waits for the first that matches. */
const harness = (
  createEngine: (threads: number) => Promise<Engine> = async () => createReferenceEngine(),
) => {
  const said: FromTrainer[] = [];
  let look = (): void => undefined;
  const asked: number[] = [];
  const tell = createTrainer({
    machine: { isolated: true, cores: 3 },
    createEngine: (threads) => {
      asked.push(threads);
      return createEngine(threads);
    },
    post: (message) => {
      said.push(message);
      look();
    },
  });
  const until = (fits: (message: FromTrainer) => boolean): Promise<void> =>
    new Promise((resolve) => {
      look = () => {
        if (said.some(fits)) resolve();
      };
      look();
    });
  const start = (...set: string[]): void =>
    tell({
      type: 'start',
      runId: 'here',
      order: { preset: 'quick-grok', set: [...TINY, ...set] },
      showEvery: 5,
    } satisfies ToTrainer);
  const events = (): string[] =>
    said.flatMap((message) =>
      message.type === 'event'
        ? [message.event.type === 'command' ? message.event.command : message.event.type]
        : [],
    );
  return { said, asked, tell, start, until, events };
};

const isOver = ({ type }: FromTrainer): boolean => type === 'done' || type === 'failed';

describe('a trainer', () => {
  it('posts every event of the run and done at last', async () => {
    const { said, asked, start, until, events } = harness();
    start('training.steps=20');
    await until(isOver);
    expect(asked).toEqual([3]);
    expect(events()).toEqual([
      ...['started', 'metrics', 'progress', 'metrics', 'metrics'],
      // The last weights; not again with the final keys, since no frequency stands out yet.
      ...['progress', 'ended'],
    ]);
    expect(said[0]).toMatchObject({ event: { runId: 'here', engine: 'reference', threads: 1 } });
    expect(said[said.length - 1]).toEqual({ type: 'done' });
  });

  it('posts all weights of a step, the next when the last was taken, the final ones in any case', async () => {
    const { said, start, until } = harness();
    start('training.steps=23');
    await until(isOver);
    const tensors = said.filter((message) => message.type === 'tensors');
    // The first was not acknowledged, so of the following ones only the last remains.
    expect(tensors.map(({ step }) => step)).toEqual([0, 23]);
    const names = tensors.map((message) => message.tensors.map(({ name }) => name));
    expect(names[0]).toContain('embed.W_E');
    expect(names[0]).toContain('unembed.W_U');
    expect(names[1]).toEqual(names[0]);
    expect(tensors[0]?.tensors[0]?.data).toHaveLength(8 * 6);
  });

  it('posts the weights of each checkpoint and of the end to be kept', async () => {
    const { said, start, until } = harness();
    start('training.steps=23', 'observe.checkpointEvery=10');
    await until(isOver);
    const saved = said.filter((message) => message.type === 'saved');
    expect(saved.map(({ step }) => step)).toEqual([10, 20, 23]);
    expect(saved[0]?.tensors[0]?.data).toHaveLength(8 * 6);
  });

  it('takes commands while it runs', async () => {
    const { tell, start, until, events } = harness();
    start('training.steps=1000000');
    await until((message) => message.type === 'event' && message.event.type === 'metrics');
    tell({ type: 'command', command: { command: 'pause' } });
    await until((message) => message.type === 'event' && message.event.type === 'command');
    tell({ type: 'command', command: { command: 'step', n: 1 } });
    tell({ type: 'command', command: { command: 'stop' } });
    await until(isOver);
    expect(events().filter((name) => !['metrics', 'started', 'progress'].includes(name))).toEqual([
      'pause',
      'step',
      'stop',
      'ended',
    ]);
  });

  it('says what is wrong with an order, and starts nothing', async () => {
    const { said, asked, start, until } = harness();
    start('optimizer.lr=-1');
    await until(isOver);
    expect(said).toMatchObject([
      { type: 'failed', failure: { _tag: 'BadOrder', problems: [{ path: 'optimizer.lr' }] } },
    ]);
    expect(asked).toEqual([]);
  });

  it('says why there is no engine, and that it broke', async () => {
    const without = harness(() => Promise.reject(new EngineError('Unavailable', 'no SIMD')));
    without.start();
    await without.until(isOver);
    expect(without.said).toEqual([{ type: 'failed', failure: { _tag: 'NoEngine', message: 'no SIMD' } }]);
    const broken = harness(() => Promise.reject(new TypeError('a defect')));
    broken.start();
    await broken.until(isOver);
    expect(broken.said).toEqual([{ type: 'failed', failure: { _tag: 'Broken', message: 'a defect' } }]);
  });
});
