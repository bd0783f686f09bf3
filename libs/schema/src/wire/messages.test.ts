import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { decodeClientMessage, decodeRunCommand, decodeRunEvent, decodeStoredSpec } from '../index.js';
import type { RunEvent, SpecError } from '../index.js';

const paths = (result: E.Either<readonly SpecError[], unknown>): string[] =>
  E.isLeft(result) ? result.left.map(({ path }) => path) : [];

describe('decoding a command', () => {
  it('takes each command as the contract gives it, one step where n is left out', () => {
    expect(decodeRunCommand({ command: 'pause' })).toEqual(E.right({ command: 'pause' }));
    expect(decodeRunCommand({ command: 'step' })).toEqual(E.right({ command: 'step', n: 1 }));
    expect(decodeRunCommand({ command: 'step', n: 25 })).toEqual(E.right({ command: 'step', n: 25 }));
    const set = { command: 'set', path: 'optimizer.weightDecay', value: 0 };
    expect(decodeRunCommand(set)).toEqual(E.right(set));
  });

  it('takes the step it is for, and who gives it', () => {
    for (const command of ['pause', 'resume', 'stop'])
      for (const more of [{ at: 0 }, { at: 137, by: 'page' }, { by: 'command line' }])
        expect(decodeRunCommand({ command, ...more })).toEqual(E.right({ command, ...more }));
  });

  it.each([
    [{ command: 'explode' }, ['command']],
    [{ command: 'step', n: 0 }, ['n']],
    [{ command: 'set', path: 'model.seed', value: 1 }, ['path']],
    [{ command: 'set', path: 'optimizer.lr', value: 0 }, ['value']],
    [{ command: 'set', path: 'optimizer.lr', value: -1 }, ['value']],
    [{ command: 'set', path: 'optimizer.lr', value: NaN }, ['value']],
    [{ command: 'set' }, ['path', 'value']],
    [{ command: 'stop', when: 'now' }, ['when']],
    [{ command: 'stop', at: -1 }, ['at']],
    [{ command: 'stop', at: 1.5, by: 'nobody' }, ['at', 'by']],
    [null, ['']],
  ])('refuses %j', (input, expected) => {
    expect(paths(decodeRunCommand(input))).toEqual(expected);
  });
});

describe('decoding a message from the page', () => {
  it.each([
    { type: 'subscribe', runId: 'a' },
    { type: 'subscribe', runId: 'a', since: -1 },
    { type: 'unsubscribe', runId: 'a' },
    { type: 'watch', runId: 'a', names: ['embed.W_E'], everySteps: 10 },
    { type: 'command', runId: 'a', command: 'step', n: 2 },
    { type: 'command', runId: 'a', command: 'set', path: 'optimizer.lr', value: 0.01 },
    { type: 'ping' },
    { type: 'auth', token: 't' },
  ])('takes %j', (message) => {
    expect(decodeClientMessage(message)).toEqual(E.right(message));
  });

  it.each([
    [{ type: 'subscibe' }, ['type']],
    [{ type: 'subscribe' }, ['runId']],
    [{ type: 'subscribe', runId: '', since: 0.5 }, ['runId', 'since']],
    [{ type: 'watch', runId: 'a', names: 'all', everySteps: 0 }, ['names', 'everySteps']],
    [{ type: 'command', runId: 'a', command: 'set', path: 'name' }, ['path', 'value']],
    [{ type: 'command', command: 'pause' }, ['runId']],
    [{ type: 'ping', extra: 1 }, ['extra']],
    [[], ['']],
    ['ping', ['']],
  ])('refuses %j', (message, expected) => {
    expect(paths(decodeClientMessage(message))).toEqual(expected);
  });
});

describe('decoding an event', () => {
  const head = { runId: 'r', seq: 0, time: '2025-01-01T00:00:00.000Z' };
  const spec = decodeStoredSpec({ task: { kind: 'modularAddition', p: 113 } });
  if (E.isLeft(spec)) throw new Error('the mainline must decode');
  const events: RunEvent[] = [
    {
      ...head,
      type: 'started',
      spec: spec.right,
      engine: 'wasm',
      threads: 2,
      relaxedSimd: true,
      parameterCount: 226816,
      why: 'fastest here',
    },
    {
      ...head,
      type: 'metrics',
      step: 0,
      trainLoss: 4.7,
      testLoss: null,
      trainAccuracy: 0,
      testAccuracy: null,
      sumSquaredWeights: 1773,
      stepsPerSecond: null,
    },
    {
      ...head,
      type: 'progress',
      step: 5,
      precision: 'float32',
      excludedLoss: { all: 8, byFrequency: { '6': null } },
    },
    { ...head, type: 'phase', step: 5, phase: 'cleanup', evidence: { trainLoss: 0.01 } },
    { ...head, type: 'command', step: 5, command: 'set', path: 'optimizer.lr', value: 0.1 },
    { ...head, type: 'checkpoint', step: 5, path: 'step-5.safetensors' },
    { ...head, type: 'commandAnswer', step: 5, answer: 'refused', command: 'sing', message: 'no', by: 'api' },
    {
      ...head,
      type: 'ended',
      reason: 'completed',
      step: 1200,
      elapsedMs: 1,
      stepsPerSecond: 2,
      stepMemorized: 65,
      stepGeneralized: null,
      finalTrainLoss: 1e-9,
      finalTestLoss: null,
      finalTestAccuracy: 1,
      message: null,
    },
  ];

  it.each(events.map((event) => [event.type, event] as const))('takes %s through JSON', (_type, event) => {
    expect(decodeRunEvent(JSON.parse(JSON.stringify(event)))).toEqual(E.right(event));
  });

  it('keeps keys it does not know, for events of newer versions', () => {
    const event = { ...events[5], bytes: 10 };
    expect(decodeRunEvent(event)).toEqual(E.right(event));
  });

  it('refuses a missing or mistyped field with its path', () => {
    expect(paths(decodeRunEvent({ ...head, type: 'checkpoint', step: -1 }))).toEqual(['step', 'path']);
    expect(paths(decodeRunEvent({ ...events[1], trainLoss: 'low', seq: 1.5 }))).toEqual(['seq', 'trainLoss']);
    expect(paths(decodeRunEvent({ ...events[0], spec: { name: 'x' } }))).toContain('spec.task');
    expect(paths(decodeRunEvent({ type: 'begun' }))).toEqual(['type']);
  });
});
