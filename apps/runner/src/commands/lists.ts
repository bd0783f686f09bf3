import * as E from 'fp-ts/lib/Either.js';
import { presets } from '@grokscope/experiments';
import { datasetOf, decodeRunSpec } from '@grokscope/parts';
import { builtInTasks, describeTasks, exampleTexts } from '@grokscope/tasks';
import { listEngines, resolveWithFiles } from 'grokscope';
import type { CliError } from '../errors.js';
import { EXIT } from '../errors.js';
import type { Output } from '../output.js';
import { table } from '../present/table.js';

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
  const tasks = describeTasks(builtInTasks);
  const text = tasks.map(({ kind, teaches, parameters }) => {
    const rows = Object.entries(parameters).map(([name, allowed]) => ['', `${name}:`, allowed]);
    return `${kind}: ${teaches}\n${suchAs(kind)}${table(rows)}`;
  });
  return print(output, options, tasks, text.join(''));
}

/** Some examples of a kind of task, as its first preset has them. */
function suchAs(kind: string): string {
  const found = presets.find(({ spec }) => spec.task.kind === kind);
  const full = found === undefined ? undefined : resolveWithFiles(found.spec);
  if (full === undefined || E.isLeft(full)) return '';
  const { spec, catalogue } = full.right;
  const { task } = spec;
  const dataset = datasetOf(spec, catalogue);
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
