import { runSpecDefaults, type RunCommand, type RunSpec } from '@grokscope/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TrainingCommand } from '../item.js';
import type { ResumeFrom } from '../resume.js';
import { RunControl, type CommandFact } from './run-control.js';

const spec: RunSpec = {
  ...structuredClone(runSpecDefaults),
  task: { kind: 'modularAddition', p: 5 },
  training: { ...runSpecDefaults.training, steps: 200 },
  observe: { metricsEvery: 10, progressEvery: 50, checkpointEvery: 50 },
};

const set = (value: number, at?: number): RunCommand => ({
  command: 'set',
  path: 'optimizer.lr',
  value,
  ...(at === undefined ? {} : { at }),
});
const changed = (step: number, value: number, path = 'optimizer.lr') => ({ step, path, value });

const resumed = (from: Partial<ResumeFrom> & { readonly step: number }): RunControl =>
  new RunControl(spec, 50, {
    progress: { settings: {}, stepMemorized: null, stepGeneralized: null, elapsedMs: 0, evaluationMs: 0 },
    settings: [],
    ...from,
  });

/** Goes step by step to the end, like the loop, and returns the learning rate of every update. */
function walk(state: RunControl, given: ReadonlyMap<number, readonly TrainingCommand[]> = new Map()) {
  const lr: number[] = [];
  const facts: CommandFact[] = [];
  const heard = new Set<number>();
  while (state.step < spec.training.steps && state.ending === undefined) {
    state.replay();
    facts.push(...state.takeDue());
    for (const [step, commands] of given) {
      if (step > state.step || heard.has(step)) continue;
      heard.add(step);
      for (const command of commands) facts.push(...state.apply(command));
    }
    const n = state.stepsAhead(64);
    expect(n).toBeGreaterThan(0);
    for (let i = 0; i < n; i++) lr[state.step + i] = state.optimizer.lr;
    state.advance(n);
  }
  return { lr, facts };
}

/** The learning rate of each update under these changes. */
const rates = (...changes: readonly (readonly [step: number, value: number])[]): number[] =>
  Array.from(
    { length: 200 },
    (_, step) => changes.findLast(([from]) => from <= step)?.[1] ?? spec.optimizer.lr,
  );

describe('a command for a step', () => {
  it('takes effect at that step exactly, however long the chunks of steps', () => {
    const { lr, facts } = walk(new RunControl(spec, 50), new Map([[0, [set(0.5, 137), set(0.25, 3)]]]));
    expect(lr).toEqual(rates([3, 0.25], [137, 0.5]));
    expect(facts).toEqual([
      {
        type: 'commandAnswer',
        step: 0,
        answer: 'scheduled',
        ...set(0.5, 137),
        message: 'takes effect at step 137',
      },
      {
        type: 'commandAnswer',
        step: 0,
        answer: 'scheduled',
        ...set(0.25, 3),
        message: 'takes effect at step 3',
      },
      { type: 'command', step: 3, ...set(0.25, 3) },
      { type: 'command', step: 137, ...set(0.5, 137) },
    ]);
  });

  it('is the same whenever it was given', () => {
    const plan = fc.array(fc.tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 100, max: 199 })), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(plan, (orders) => {
        const unique = [...new Map(orders.map(([when, at]) => [at, when]))];
        const given = new Map<number, TrainingCommand[]>();
        for (const [at, when] of unique) given.set(when, [...(given.get(when) ?? []), set(at / 100, at)]);
        const changes = unique.map(([at]) => [at, at / 100] as const).sort(([a], [b]) => a - b);
        expect(walk(new RunControl(spec, 50), given).lr).toEqual(rates(...changes));
      }),
      { seed: 12, numRuns: 100 },
    );
  });

  it.each([
    [set(0.5, 49), 'step 49 has passed: the run is at step 50'],
    [set(0.5, 200), 'the run ends at step 200: nothing takes effect at step 200'],
    [{ command: 'pause', at: 7 } as const, 'step 7 has passed: the run is at step 50'],
  ])('is refused where that step is none of those to come: %j', (command, message) => {
    const { facts, lr } = walk(new RunControl(spec, 50), new Map([[50, [command]]]));
    expect(facts).toEqual([{ type: 'commandAnswer', step: 50, answer: 'refused', ...command, message }]);
    expect(lr).toEqual(rates());
  });

  it('that the run does not live to see is refused when it ends', () => {
    const state = new RunControl(spec, 50);
    state.apply(set(0.5, 137));
    expect(state.refuseWaiting()).toMatchObject([{ answer: 'refused', at: 137 }]);
    expect(state.refuseWaiting()).toEqual([]);
  });

  it('waits on in a resumed run, which does not say so again', () => {
    const { facts, lr } = walk(resumed({ step: 100, pending: [set(0.5, 137)] }));
    expect(facts).toEqual([{ type: 'command', step: 137, ...set(0.5, 137) }]);
    expect(lr.slice(100)).toEqual(rates([137, 0.5]).slice(100));
  });
});

describe('a resumed run', () => {
  it('makes changes again at their steps, in whatever order they are listed', () => {
    const state = resumed({ step: 60, settings: [changed(80, 0.5), changed(66, 0.25), changed(60, 0.125)] });
    expect(walk(state).lr.slice(60)).toEqual(rates([60, 0.125], [66, 0.25], [80, 0.5]).slice(60));
  });

  it('changes nothing at steps that are recorded: a new setting waits for the first that is not', () => {
    const state = resumed({ step: 60, recorded: 85, settings: [changed(80, 0.5)] });
    const { lr, facts } = walk(state, new Map([[70, [set(0.25), set(0.125, 84)]]]));
    expect(lr.slice(60)).toEqual(rates([80, 0.5], [85, 0.25]).slice(60));
    expect(facts).toMatchObject([
      { type: 'commandAnswer', step: 70, answer: 'scheduled', at: 85 },
      { type: 'commandAnswer', step: 70, answer: 'refused', at: 84 },
      { type: 'command', step: 85, value: 0.25, at: 85 },
    ]);
  });

  it('may rest at steps that are recorded', () => {
    const state = resumed({ step: 60, recorded: 85 });
    expect(state.apply({ command: 'pause' })).toEqual([{ type: 'command', step: 60, command: 'pause' }]);
    expect(state.paused).toBe(true);
  });
});
