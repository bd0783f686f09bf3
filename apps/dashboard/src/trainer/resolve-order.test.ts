import { describe, expect, it } from 'vitest';
import { preset } from '@grokscope/experiments';
import { resolveOrder } from './resolve-order.js';

describe('an order', () => {
  it('without changes is its preset', () => {
    expect(resolveOrder({ preset: 'quick-grok', set: [] })).toEqual({
      _tag: 'Right',
      right: preset('quick-grok'),
    });
  });

  it('lays its changes over the preset', () => {
    const spec = resolveOrder({ preset: 'mainline', set: ['task.p=31', 'optimizer={"lr": 0.01}'] });
    expect(spec).toMatchObject({ right: { task: { p: 31 }, optimizer: { lr: 0.01, weightDecay: 1 } } });
  });

  it('lists everything wrong, each with its field and what is allowed', () => {
    const refused = resolveOrder({ preset: 'quick-grok', set: ['optimizer.lr=-1', 'task.q=3'] });
    expect(refused).toMatchObject({
      left: [
        { path: 'task.q', message: expect.stringContaining('did you mean p?') as string },
        { path: 'optimizer.lr', message: 'optimizer.lr = -1: must be a number above 0' },
      ],
    });
    expect(resolveOrder({ preset: 'quick-grok', set: ['lr'] })).toMatchObject({ left: [{ path: '--set' }] });
    expect(resolveOrder({ preset: 'quick-gork', set: [] })).toMatchObject({
      left: [{ path: 'preset', message: expect.stringContaining('did you mean quick-grok?') as string }],
    });
  });
});
