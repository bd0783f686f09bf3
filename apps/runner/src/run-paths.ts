import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { isRunId } from '@grokscope/store';
import type { CliError } from './errors.js';
import { describeCliError, exitCodeOf, usage } from './errors.js';

/** A run as a command names it; `runsDir` only if the run was named by its path. */
export interface NamedRun {
  readonly runId: string;
  readonly runsDir?: string;
}

/**
 * Parses a run's id, or the path of its folder: `runs/quick-grok-…/`, as a shell completes it. A text without a
 * separator is an id, whatever is in the current folder.
 */
export function namedRun(text: string): E.Either<CliError, NamedRun> {
  if (!/[\\/]/.test(text)) return E.right({ runId: text });
  const path = resolve(text);
  if (existsSync(join(path, 'run.json'))) return E.right({ runId: basename(path), runsDir: dirname(path) });
  const why = existsSync(path) ? 'holds no run (it has no run.json)' : 'does not exist';
  return E.left(usage(`${text} is not a run id, and as the folder of a run it ${why}`));
}

/** Returns the run that `text` names, by its folder or as one of `runsDir`, if it exists. */
export function existingRun(text: string, runsDir: string): Required<NamedRun> | undefined {
  const named = namedRun(text);
  if (E.isLeft(named) || !isRunId(named.right.runId)) return undefined;
  const run = { runsDir, ...named.right };
  return existsSync(join(run.runsDir, run.runId, 'run.json')) ? run : undefined;
}

/**
 * Makes every command that takes a `<run>` (or `--resume <run>`) accept the path of its folder as well: before the
 * command acts, the path is replaced by the id, and `--runs` by the folder that contains it. Bad usage is reported as
 * commander reports it.
 */
export function readRunPaths(command: Command): void {
  const dirs = new Set<string>();
  const idOf = (text: string): string => {
    const named = namedRun(text);
    if (E.isLeft(named)) return refuse(command, named.left);
    if (named.right.runsDir !== undefined) dirs.add(named.right.runsDir);
    return named.right.runId;
  };
  command.registeredArguments.forEach((argument, i) => {
    if (argument.name() !== 'run') return;
    const given: unknown = command.processedArgs[i];
    if (typeof given === 'string') command.processedArgs[i] = idOf(given);
    else if (Array.isArray(given)) command.processedArgs[i] = given.map((one) => idOf(String(one)));
  });
  const { resume, runs } = command.opts<{ resume?: unknown; runs?: string }>();
  if (typeof resume === 'string') command.setOptionValue('resume', idOf(resume));
  if (runs !== undefined && dirs.size > 0) dirs.add(resolve(runs));
  const [dir, other] = dirs;
  if (other !== undefined) {
    refuse(command, usage(`one runs folder at a time, but these are of ${dir} and of ${other}`));
  }
  if (dir !== undefined) command.setOptionValue('runs', dir);
}

const refuse = (command: Command, error: CliError): never =>
  command.error(describeCliError(error), { exitCode: exitCodeOf(error) });
