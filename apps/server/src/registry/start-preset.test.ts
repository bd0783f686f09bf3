import * as E from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { presetSpec, showPreset } from './start-preset.js';
import { ServerBench } from '../testing/server-bench.js';

let bench: ServerBench;
beforeEach(async () => {
  bench = await ServerBench.open();
});
afterEach(() => bench.close());

const spec = (() => {
  const found = presetSpec('quick-grok');
  if (E.isLeft(found)) throw new Error(found.left);
  return found.right;
})();

const show = async () => {
  const shown = await showPreset(bench.registry, spec);
  if (E.isLeft(shown)) throw new Error(JSON.stringify(shown.left));
  return shown.right;
};

it('starts the preset, then shows it while it runs and once it has finished', async () => {
  const first = await show();
  expect(first.how).toBe('started');
  expect(bench.registry.own(first.runId)?.ofOwnAccord).toBe(true);
  expect(await show()).toEqual({ runId: first.runId, how: 'running' });
  await bench.end(first.runId, 'completed', 1200);
  expect(await show()).toEqual({ runId: first.runId, how: 'finished' });
});

it('does not take for it a run that was stopped, or one with another recipe', async () => {
  const stopped = await show();
  await bench.end(stopped.runId, 'stopped', 10);
  const other = await bench.started({ preset: 'quick-grok', set: { 'optimizer.lr': 0.001 } });
  await bench.end(other, 'completed', 1200);
  const next = await show();
  expect(next.how).toBe('started');
  expect([stopped.runId, other]).not.toContain(next.runId);
});

it('names the presets where there is none of that name', () => {
  const missing = presetSpec('quick-grk');
  expect(E.isLeft(missing) && missing.left).toContain('quick-grok');
});
