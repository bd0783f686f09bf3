import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type * as E from 'fp-ts/lib/Either.js';
import { runStates, settablePaths } from '@grokscope/schema';
import type { CliError } from '../errors.js';
import { collect } from '../option-values.js';
import type { Output } from '../output.js';
import type { CompareOptions } from './compare.js';
import { compareCommand } from './compare.js';
import type { CommandOptions, ControlOptions } from './control.js';
import { controlCommand, removeCommand, setCommand } from './control.js';
import { noteCommand, tagCommand } from './notes.js';
import type { PruneOptions } from './prune.js';
import { pruneCommand } from './prune.js';
import type { RunsOptions } from './runs.js';
import { runsCommand } from './runs.js';

/** Adds the commands on the runs of a folder: list, compare, describe, control, thin out, delete. */
export function addRunCommands(
  program: Command,
  output: Output,
  finish: (outcome: E.Either<CliError, number>) => void,
): void {
  const command = (name: string, description: string): Command =>
    program
      .command(name)
      .description(description)
      .option('--runs <dir>', 'the runs folder (default: $GROKSCOPE_RUNS, else ./runs)');

  command('runs', 'list the runs of the runs folder, newest first')
    .option('--state <states>', `only those in one of these states: ${runStates.join(', ')}`, stateList)
    .option('--name <text>', 'only those with this in their name or id')
    .option('--task <kind>', 'only those of this kind of task')
    .option('--tag <tag>', 'only those with this tag (repeatable: with all of them)', collect, [])
    .option('--where <path=value>', 'only those with this in their spec (repeatable)', collect, [])
    .option('--use <file>', 'a file of parts of your own that the filters name (repeatable)', collect, [])
    .option('--limit <n>', 'list at most this many', count)
    .option('--json', 'print a JSON array')
    .action(async (options: RunsOptions) => finish(await runsCommand(options, output)));

  command('compare', 'show in which settings runs differ, and what came of each')
    .argument('<run...>', 'two runs or more: ids (see `runs`) or folders')
    .option('--json', 'print one JSON object')
    .action(async (runs: readonly string[], options: CompareOptions) =>
      finish(await compareCommand(runs, options, output)),
    );

  command('note', 'set the note of a run, or show it')
    .argument('<run>', 'a run id (see `runs`), or the folder of a run')
    .argument('[text]', 'the note; "" removes it')
    .action(async (run: string, text: string | undefined, options: ControlOptions) =>
      finish(await noteCommand(run, text, options, output)),
    );

  command('tag', 'add tags to a run, or show those it has')
    .argument('<run>', 'a run id (see `runs`), or the folder of a run')
    .argument('[tag...]', 'words by which `runs --tag` finds it')
    .option('--remove <tag>', 'remove this tag (repeatable)', collect, [])
    .action(
      async (
        run: string,
        tags: readonly string[],
        options: ControlOptions & { readonly remove: readonly string[] },
      ) => finish(await tagCommand(run, tags, options, output)),
    );

  const live = (name: string, description: string): Command =>
    command(name, description)
      .argument('<run>', 'a run id (see `runs`), or the folder of a run')
      .option('--at <step>', 'at exactly this step, before its update (default: at once)', stepNumber);

  for (const [name, description] of [
    ['pause', 'pause a live run at its next step'],
    ['resume', 'continue a paused run (`run --resume` resumes one that ended)'],
    ['stop', 'end a live run after a checkpoint'],
  ] as const) {
    live(name, description).action(async (run: string, options: CommandOptions) =>
      finish(await controlCommand(name, run, options, output)),
    );
  }

  live('set', 'change a setting of a live run, e.g. optimizer.lr=0.0005')
    .argument('<path=value>', `${settablePaths.join(' or ')}, and a number`)
    .action(async (run: string, assignment: string, options: CommandOptions) =>
      finish(await setCommand(run, assignment, options, output)),
    );

  command('prune', 'delete old checkpoints of runs that are not live; the newest always stays')
    .argument('[run...]', 'run ids (see `runs`), or folders of runs')
    .option('--all', 'every run of the folder')
    .option('--keep-last <n>', 'keep this many of the newest', count, 1)
    .option('--keep-every <steps>', 'also keep those at multiples of this many steps', count)
    .option('--dry-run', 'only report what would be deleted')
    .action(async (runs: readonly string[], options: PruneOptions) =>
      finish(await pruneCommand(runs, options, output)),
    );

  command('rm', 'delete runs that are not live, with all their files')
    .argument('<run...>', 'run ids (see `runs`), or folders of runs')
    .action(async (runs: readonly string[], options: ControlOptions) =>
      finish(await removeCommand(runs, options, output)),
    );
}

function count(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number of at least 1.');
}

function stepNumber(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number of at least 0.');
}

function stateList(text: string): readonly string[] {
  const states = text.split(',').map((state) => state.trim());
  if (states.every((state) => runStates.some((known) => known === state))) return states;
  throw new InvalidArgumentError(`Allowed are ${runStates.join(', ')}, with commas between.`);
}
