import { readFileSync } from 'node:fs';
import { Command, Help, InvalidArgumentError, Option } from 'commander';
import type * as E from 'fp-ts/lib/Either.js';
import { MAX_THREADS, runFormats, workloadNames } from 'grokscope';
import type { RunFormat } from 'grokscope';
import { addAnalyzeCommand } from './commands/analyze-options.js';
import type { BenchCommandOptions } from './commands/bench.js';
import { benchCommand } from './commands/bench.js';
import type { ExportOptions } from './commands/export.js';
import { exportCommand } from './commands/export.js';
import { initCommand } from './commands/init.js';
import type { ListOptions } from './commands/lists.js';
import { enginesCommand, presetsCommand, tasksCommand } from './commands/lists.js';
import { measuresCommand } from './commands/measures.js';
import { addRunCommands } from './commands/run-commands.js';
import type { RunOptions } from './commands/run-options.js';
import { runCommand } from './commands/run.js';
import type { ServeOptions } from './commands/serve.js';
import { serveCommand } from './commands/serve.js';
import type { SweepCommandOptions } from './commands/sweep.js';
import { sweepCommand } from './commands/sweep.js';
import type { CliError } from './errors.js';
import { collect, wholeNumber } from './option-values.js';
import type { Output } from './output.js';
import { readRunPaths } from './run-paths.js';

type Outcome = E.Either<CliError, number>;

/** The most processes at a time; a number greater than any machine's cores is a typing error. */
const MAX_WORKERS = 512;

/**
 * Creates the command line: every command with its options. `finish` is called with the outcome of the command that was
 * given. Throws commander's errors instead of exiting the process.
 */
export function createProgram(output: Output, finish: (outcome: Outcome) => void): Command {
  const program = new Command('grokscope')
    .description('A laboratory for grokking: train small transformers and watch them come to understand.')
    .version(version(), '--version', 'print the version')
    .configureOutput({ writeOut: output.out, writeErr: output.err })
    .showSuggestionAfterError()
    // An option that may be given several times is empty by default; that is not worth showing.
    .configureHelp({
      optionDescription: (option) => new Help().optionDescription(option).replace(' (default: [])', ''),
    })
    .hook('preAction', (_, command) => readRunPaths(command))
    .exitOverride();
  const withRuns = (command: Command): Command =>
    command.option('--runs <dir>', 'the runs folder (default: $GROKSCOPE_RUNS, else ./runs)');
  const withJson = (command: Command, what: string): Command => command.option('--json', `print ${what}`);

  withJson(withRuns(program.command('run')), 'one JSON object a line: the events')
    .description('train one network')
    .argument(
      '[preset or file]',
      'a preset (see `presets`), or a spec in YAML or JSON; - reads it from standard input',
    )
    .option('--resume <run>', 'resume this run (its id, or its folder) with its own spec, engine and threads')
    .option('--set <path=value>', 'change the spec, e.g. optimizer.weightDecay=0.3 (repeatable)', collect, [])
    .option(
      '--use <file>',
      'a file of parts of your own, in addition to those that the spec names (repeatable)',
      collect,
      [],
    )
    .addOption(
      new Option('--engine <engine>', 'what computes (default: auto)').choices([
        'auto',
        'wasm',
        'gpu',
        'reference',
      ]),
    )
    .option('--threads <n>', 'threads (default: 4, or as many as there are cores if fewer)', threadCount)
    .option('--steps <n>', 'training.steps, a total')
    .option('--seed <n>', 'model.seed')
    .option('--no-rewrites', 'run the graph without rewrites: the same results within rounding, slower')
    .option('--keep-all-checkpoints', 'keep every checkpoint (default: 64 are kept, evenly spread)')
    .option('--init-from <file>', 'start from these weights (safetensors)')
    .option('--allow-changed-parts', 'with --resume: resume even if a file of parts has changed')
    .action(async (what: string | undefined, options: RunOptions) =>
      finish(await runCommand(what, options, output)),
    );

  addAnalyzeCommand(program, output, finish);

  withJson(withRuns(program.command('sweep')), 'one JSON object a line: what starts and ends')
    .description('train every network of a sweep, as many at a time as there are cores')
    .argument(
      '<file>',
      'a sweep in YAML or JSON: name, base, vary or cases, seeds, finding; - reads it from standard input',
    )
    .option('--workers <n>', 'runs at a time (default: as many as there are cores)', workerCount)
    .option('--threads <n>', 'threads of each run (default: 1)', threadCount)
    .addOption(
      new Option('--engine <engine>', 'what computes (default: wasm)').choices([
        'auto',
        'wasm',
        'gpu',
        'reference',
      ]),
    )
    .option(
      '--resume',
      'resume the newest sweep of this name: finished runs are not repeated, interrupted ones are resumed',
    )
    .option(
      '--use <file>',
      'a file of parts of your own, in addition to those that the sweep names (repeatable)',
      collect,
      [],
    )
    .option('--allow-changed-parts', 'with --resume: resume even if a file of parts has changed')
    .action(async (file: string, options: SweepCommandOptions) =>
      finish(await sweepCommand(file, options, output)),
    );

  withRuns(program.command('export'))
    .description('write the numbers or the weights of a run for other tools')
    .argument('<run>', 'a run id (see `runs`), or the folder of a run')
    .addOption(
      new Option('--format <formats>', `one or several of ${runFormats.join(', ')}, with commas between`)
        .argParser(formatList)
        .makeOptionMandatory(),
    )
    .option('--step <n>', 'the checkpoint of this step (default: the newest good one)', wholeNumber)
    .option('--out <path>', 'the file to write, or a folder for it')
    .action(async (run: string, options: ExportOptions) => finish(await exportCommand(run, options, output)));

  addRunCommands(program, output, finish);

  for (const [name, description, command] of [
    ['presets', 'list the ready-made specs', presetsCommand],
    ['tasks', 'list the tasks with their parameters', tasksCommand],
    ['measures', 'list the measures: formula, unit, when each is computed, and for what', measuresCommand],
    ['engines', 'list the engines, and why one is not available', enginesCommand],
  ] as const) {
    const list = withJson(program.command(name), 'a JSON array')
      .description(description)
      .action(async (options: ListOptions) => finish(await command(options, output)));
    if (name !== 'engines')
      list.option('--use <file>', 'a file of parts of your own to list too (repeatable)', collect, []);
  }

  program
    .command('init')
    .description('write a small project with parts of your own: a task, a model, a measure …, ready to run')
    .argument('<folder>', 'a new or empty folder')
    .action(async (folder: string) => finish(await initCommand(folder, output)));

  withJson(program.command('bench'), 'one JSON object')
    .description('time a training step on every engine that works here')
    .addOption(new Option('--engine <engine>', 'only this engine').choices(['wasm', 'gpu', 'reference']))
    .option('--workload <name>', `one of ${workloadNames.join(', ')} (repeatable; default: all)`, collect, [])
    .option('--threads <n>', 'threads of the wasm engine', threadCount)
    .option('--no-rewrites', 'time the graphs without rewrites')
    .action(async (options: BenchCommandOptions) => finish(await benchCommand(options, output)));

  withRuns(program.command('serve'))
    .description('start the server alone')
    .option('--host <host>', 'the address to listen on (default: 127.0.0.1); any other needs a token')
    .option('--port <n>', 'use exactly this port (default: 4600, or the next free one)')
    .option('--token <token>', 'the token that clients must send (default: $GROKSCOPE_TOKEN)')
    .option(
      '--allow-host <name>',
      'an additional host name under which the server is reached (repeatable)',
      collect,
      [],
    )
    .option('--use <file>', 'a file of parts of your own that its runs may name (repeatable)', collect, [])
    .option('--data <folder>', 'the folder of data files that requests may name, by paths relative to it')
    .action(async (options: ServeOptions) => finish(await serveCommand(options)));

  return program;
}

function formatList(text: string): readonly RunFormat[] {
  const isFormat = (name: string): name is RunFormat => runFormats.some((known) => known === name);
  const formats = [...new Set(text.split(',').map((name) => name.trim()))];
  if (formats.every(isFormat)) return formats;
  throw new InvalidArgumentError(`Allowed are ${runFormats.join(', ')}, with commas between.`);
}

function threadCount(text: string): number {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= MAX_THREADS) return count;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${MAX_THREADS}.`);
}

function workerCount(text: string): number {
  const count = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= MAX_WORKERS) return count;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${MAX_WORKERS}.`);
}

/** The version of this package. */
export function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
