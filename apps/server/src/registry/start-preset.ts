import { isDeepStrictEqual } from 'node:util';
import * as E from 'fp-ts/lib/Either.js';
import { resolveRunSpec } from '@grokscope/experiments';
import type { RunSpec } from '@grokscope/schema';
import { formatSpecErrors } from '@grokscope/schema';
import { noOwnParts, type OwnParts } from 'grokscope';
import type { ServerError } from '../errors.js';
import type { RunRegistry } from './registry.js';

/** The result for the preset to show. */
export interface PresetRun {
  readonly runId: string;
  readonly how: 'started' | 'running' | 'finished';
}

/** The preset's spec, or what is wrong with its name. */
export function presetSpec(
  name: string,
  { catalogue, files }: OwnParts = noOwnParts,
): E.Either<string, RunSpec> {
  const use = files.map(({ file }) => file);
  const spec = resolveRunSpec({ base: name, use }, catalogue);
  return E.isLeft(spec) ? E.left(formatSpecErrors(spec.left)) : spec;
}

/**
 * Ensures that there is a run of `spec` to look at: a live one, otherwise a finished one, otherwise a new one. Runs
 * that were interrupted, stopped or failed show only part of the story and do not count.
 */
export async function showPreset(
  registry: RunRegistry,
  spec: RunSpec,
): Promise<E.Either<ServerError, PresetRun>> {
  const runs = await registry.list();
  if (E.isLeft(runs)) return runs;
  const candidates = runs.right.filter(({ name }) => name === spec.name);
  for (const [how, states] of [
    ['running', ['running', 'paused']],
    ['finished', ['completed']],
  ] as const) {
    for (const { runId, state } of candidates) {
      if (!states.some((wanted) => wanted === state)) continue;
      const reader = await registry.open(runId)();
      // JSON does not distinguish absent from undefined; neither does this comparison.
      const known = E.isRight(reader) ? reader.right.record.spec : null;
      if (isDeepStrictEqual(known, JSON.parse(JSON.stringify(spec)))) return E.right({ runId, how });
    }
  }
  const started = await registry.start(spec, { ofOwnAccord: true })();
  return E.isLeft(started) ? started : E.right({ runId: started.right, how: 'started' });
}
