import * as E from 'fp-ts/lib/Either.js';
import { datasetOf, decodeRunSpec, type FullCatalogue } from '@grokscope/parts';
import { presetsOf } from '@grokscope/schema';
import { describeTasks, exampleTexts } from '@grokscope/tasks';
import { listEngines, resolveWithFiles } from 'grokscope';
import type { CliError } from '../errors.js';
import { EXIT } from '../errors.js';
import type { Output } from '../output.js';
import { table } from '../present/table.js';
import { useFiles } from '../use-files.js';

/** Options that every list has. */
export interface ListOptions {
  readonly json?: true;
  /** Files of parts, in addition to the built-in ones. */
  readonly use?: readonly string[];
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

/** `grokscope presets`: lists every preset with what it shows and its complete spec. */
export async function presetsCommand(options: ListOptions, output: Output): Result {
  const own = await useFiles(options.use, '--use');
  if (E.isLeft(own)) return own;
  const { catalogue } = own.right;
  const presets = presetsOf(catalogue);
  const value = presets.map(({ name, teaches, spec }) => {
    const full = decodeRunSpec(spec, catalogue);
    return { name, teaches, spec: E.isRight(full) ? full.right : spec };
  });
  return print(output, options, value, table(presets.map(({ name, teaches }) => [name, teaches])));
}

/** `grokscope tasks`: lists every task with its parameters. */
export async function tasksCommand(options: ListOptions, output: Output): Result {
  const own = await useFiles(options.use, '--use');
  if (E.isLeft(own)) return own;
  const { catalogue } = own.right;
  const tasks = describeTasks(catalogue.tasks);
  const text = tasks.map(({ kind, teaches, parameters }) => {
    const rows = Object.entries(parameters).map(([name, allowed]) => ['', `${name}:`, allowed]);
    return `${kind}: ${teaches}\n${suchAs(kind, catalogue)}${table(rows)}`;
  });
  return print(output, options, tasks, text.join(''));
}

/** Some examples of a kind of task, taken from its first preset. */
function suchAs(kind: string, given: FullCatalogue): string {
  const found = presetsOf(given).find(({ spec }) => spec.task.kind === kind);
  const full = found === undefined ? undefined : resolveWithFiles(found.spec, given);
  if (full === undefined || E.isLeft(full)) return '';
  const { spec, catalogue } = full.right;
  const dataset = datasetOf(spec, catalogue);
  return E.isLeft(dataset)
    ? ''
    : `  such as ${exampleTexts(spec.task, dataset.right, undefined, catalogue.tasks).join(' · ')}\n`;
}

/** `grokscope engines`: lists every engine, and the reason if one is not available. */
export async function enginesCommand(options: ListOptions, output: Output): Result {
  const engines = await listEngines();
  const rows = engines.map(({ name, available, why }) => [
    name,
    available ? 'available' : 'not available',
    why,
  ]);
  return print(output, options, engines, table(rows));
}
