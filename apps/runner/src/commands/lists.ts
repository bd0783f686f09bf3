import * as E from 'fp-ts/lib/Either.js';
import { presets } from '@grokscope/experiments';
import { formatCount, formatPercent } from '@grokscope/figures';
import { decodeRunSpec, type TaskKind } from '@grokscope/schema';
import { openCatalogue } from '@grokscope/store';
import { createDataset, exampleTexts, taskCatalogue } from '@grokscope/tasks';
import { listEngines } from 'grokscope';
import type { CliError } from '../errors.js';
import { EXIT } from '../errors.js';
import type { Output } from '../output.js';
import { table } from '../present/table.js';
import { runsDirOf } from '../runs-dir.js';

/** Options every list has. */
export interface ListOptions {
  readonly json?: true;
}

type Result = Promise<E.Either<CliError, number>>;

function print(
  output: Output,
  options: ListOptions,
  value: unknown,
  text: string,
): E.Either<CliError, number> {
  output.out(options.json === true ? `${JSON.stringify(value, null, 2)}\n` : text);
  return E.right(EXIT.done);
}

/** `grokscope presets`: every preset with what it shows and its whole spec. */
export async function presetsCommand(options: ListOptions, output: Output): Result {
  const value = presets.map(({ name, teaches, spec }) => {
    const full = decodeRunSpec(spec);
    return { name, teaches, spec: E.isRight(full) ? full.right : spec };
  });
  return print(output, options, value, table(presets.map(({ name, teaches }) => [name, teaches])));
}

/** `grokscope tasks`: every task with its parameters. */
export async function tasksCommand(options: ListOptions, output: Output): Result {
  const text = taskCatalogue.map(({ kind, teaches, parameters }) => {
    const rows = Object.entries(parameters).map(([name, allowed]) => ['', `${name}:`, allowed]);
    return `${kind}: ${teaches}\n${suchAs(kind)}${table(rows)}`;
  });
  return print(output, options, taskCatalogue, text.join(''));
}

/** Some examples of a kind of task, as its first preset has them. */
function suchAs(kind: TaskKind): string {
  const found = presets.find(({ spec }) => spec.task.kind === kind);
  const full = decodeRunSpec(found?.spec);
  if (E.isLeft(full)) return '';
  const { task, data } = full.right;
  const dataset = createDataset(task, data);
  return E.isLeft(dataset) ? '' : `  such as ${exampleTexts(task, dataset.right).join(' · ')}\n`;
}

/** `grokscope engines`: every engine, and why one is not available. */
export async function enginesCommand(options: ListOptions, output: Output): Result {
  const engines = await listEngines();
  const rows = engines.map(({ name, available, why }) => [
    name,
    available ? 'available' : 'not available',
    why,
  ]);
  return print(output, options, engines, table(rows));
}

/** `grokscope runs`: the runs of a folder, newest first. */
export async function runsCommand(options: ListOptions & { readonly runs?: string }, output: Output): Result {
  const runsDir = runsDirOf(options.runs);
  if (E.isLeft(runsDir)) return runsDir;
  const { catalogue, index } = await openCatalogue(runsDir.right);
  const runs = await catalogue.list()();
  index?.close();
  if (E.isLeft(runs)) return E.left({ _tag: 'Store', error: runs.left });
  const rows = runs.right.map((run) => [
    run.runId,
    run.state,
    `${formatCount(run.step)} of ${formatCount(run.steps)}`,
    formatPercent(run.testAccuracy),
    run.createdAt,
    run.problem ?? '',
  ]);
  const header = ['run', 'state', 'step', 'test accuracy', 'created'];
  const text = rows.length === 0 ? `There are no runs in ${runsDir.right}.\n` : table([header, ...rows]);
  return print(output, options, runs.right, text);
}
