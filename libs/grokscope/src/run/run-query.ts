import * as E from 'fp-ts/lib/Either.js';
import { builtIn } from '@grokscope/parts';
import type { Catalogue, RunState, SpecError, WantedSetting } from '@grokscope/schema';
import { decodeRunState, decodeTaskKind, decodeWhere, hadSettings, searchable } from '@grokscope/schema';
import type { RunSummary } from '@grokscope/store';
import { openRun, provenanceOf } from '@grokscope/store';

/** The filters of a list of runs, as a user writes them: a run must pass every filter; absent ones admit all. */
export interface RunQueryInput {
  readonly state?: readonly string[] | undefined;
  /** A part of the name or of the id. */
  readonly name?: string | undefined;
  readonly task?: string | undefined;
  readonly tag?: readonly string[] | undefined;
  /** Conditions `path=value` on the spec. */
  readonly where?: readonly string[] | undefined;
  readonly limit?: number | undefined;
}

/** The decoded filters of a list of runs. */
export interface RunQuery {
  readonly states: readonly RunState[] | undefined;
  readonly name: string | undefined;
  readonly task: string | undefined;
  readonly tags: readonly string[];
  readonly settings: readonly WantedSetting[];
  /** The catalogue that decoded the settings. */
  readonly catalogue: Catalogue;
  /** The most runs to return. */
  readonly limit: number;
}

/**
 * Decodes a query; in its errors, `prefix` precedes the name of each filter (`--` on the command line). Left: an error
 * for every filter that no run could pass, with a suggestion.
 */
export function decodeRunQuery(
  { state, name, task, tag, where = [], limit }: RunQueryInput,
  prefix = '',
  catalogue: Catalogue = builtIn,
): E.Either<readonly SpecError[], RunQuery> {
  const states = state?.map((one) => decodeRunState(one, `${prefix}state`)) ?? [];
  const kind = task === undefined ? E.right(undefined) : decodeTaskKind(task, catalogue, `${prefix}task`);
  const settings = decodeWhere(where, catalogue, `${prefix}where`);
  if (E.isRight(kind) && E.isRight(settings) && states.every(E.isRight)) {
    return E.right({
      states: state && states.flatMap((one) => (E.isRight(one) ? [one.right] : [])),
      name: name === undefined ? undefined : searchable(name),
      task: kind.right,
      tags: (tag ?? []).map((one) => one.normalize('NFC')),
      settings: settings.right,
      catalogue,
      limit: limit ?? Infinity,
    });
  }
  return E.left([
    ...states.flatMap((one) => (E.isLeft(one) ? [one.left] : [])),
    ...(E.isLeft(kind) ? [kind.left] : []),
    ...(E.isLeft(settings) ? settings.left : []),
  ]);
}

/**
 * Returns the runs of a list that a query admits, in the order of the list. A setting counts only if the run had it
 * from beginning to end; a run of `runsDir` that cannot be opened has none.
 */
export async function selectRuns<T extends RunSummary>(
  runsDir: string,
  runs: readonly T[],
  query: RunQuery,
): Promise<readonly T[]> {
  const selected: T[] = [];
  for (const run of runs) {
    if (selected.length >= query.limit) break;
    if (!isAdmitted(run, query)) continue;
    if (query.settings.length === 0 || (await hasHad(runsDir, run, query))) selected.push(run);
  }
  return selected;
}

function isAdmitted(run: RunSummary, { states, name, task, tags }: RunQuery): boolean {
  return (
    (states === undefined || states.includes(run.state)) &&
    (name === undefined || searchable(`${run.name} ${run.runId}`).includes(name)) &&
    (task === undefined || run.task === task) &&
    tags.every((wanted) => run.tags.some((has) => has.normalize('NFC') === wanted))
  );
}

async function hasHad(
  runsDir: string,
  summary: RunSummary,
  { settings, catalogue }: RunQuery,
): Promise<boolean> {
  const run = await openRun(runsDir, summary.runId)();
  return E.isRight(run) && hadSettings(provenanceOf(run.right.record.spec, summary), settings, catalogue);
}
