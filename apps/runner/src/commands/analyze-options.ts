import type { Command } from 'commander';
import { Option } from 'commander';
import type * as E from 'fp-ts/lib/Either.js';
import { keyRules } from 'grokscope';
import type { CliError } from '../errors.js';
import { hessianDefaults, llcDefaults } from '@grokscope/interpret';
import { aboveZero, collect, namesList, notNegative, positive, wholeNumber } from '../option-values.js';
import type { Output } from '../output.js';
import type { AnalyzeOptions } from './analyze.js';
import { analyzeCommand } from './analyze.js';

/** Adds `grokscope analyze` with its options. */
export function addAnalyzeCommand(
  program: Command,
  output: Output,
  finish: (outcome: E.Either<CliError, number>) => void,
): void {
  program
    .command('analyze')
    .description('look inside trained weights: every published measure, with its meaning')
    .argument(
      '<file or run>',
      'weights in safetensors, with the names of TransformerLens; or a run (see `runs`)',
    )
    .option('--step <n>', 'of a run: the checkpoint of this step (default: the newest good one)', wholeNumber)
    .option('--runs <dir>', 'the runs folder (default: $GROKSCOPE_RUNS, else ./runs)')
    .option(
      '--spec <preset or file>',
      'the spec they were trained by, or "auto" to infer it (default: the one in the file, else auto)',
    )
    .option('--set <path=value>', 'change the spec, e.g. data.splitSeed=1 (repeatable)', collect, [])
    .option('--use <file>', 'a file of parts of your own that the spec names (repeatable)', collect, [])
    .option('--allow-changed-parts', 'of a run: analyse it even if a file of its parts has changed')
    .addOption(
      new Option('--key-rule <rule>', 'which frequencies count as key (default: neuronLogit)').choices(
        keyRules,
      ),
    )
    .addOption(
      new Option(
        '--measure <names>',
        'also what takes long, such as llc, hessian, gradientSymmetricity (see `measures`; commas between, repeatable)',
      )
        .argParser(namesList)
        .default([], 'none'),
    )
    .addOption(
      new Option('--engine <engine>', 'what computes --measure (default: auto)').choices([
        ...['auto', 'wasm', 'gpu', 'reference'],
      ]),
    )
    .option('--threads <n>', 'threads of that engine', aboveZero)
    .option('--llc-chains <n>', `llc: chains (default: ${llcDefaults.chains})`, aboveZero)
    .option('--llc-steps <n>', `llc: steps of a chain that count (default: ${llcDefaults.steps})`, aboveZero)
    .option('--llc-burn-in <n>', `llc: steps before those (default: ${llcDefaults.burnIn})`, wholeNumber)
    .option(
      '--llc-lr <x>',
      'llc: length of a step (default: what the curvature permits, at most 1e-4)',
      positive,
    )
    .option(
      '--llc-localization <x>',
      `llc: how strongly chains are held near the weights (default: ${llcDefaults.localization})`,
      notNegative,
    )
    .option(
      '--hessian-iterations <n>',
      `hessian: at most this many products with it (default: ${hessianDefaults.iterations})`,
      aboveZero,
    )
    .option('--measure-seed <n>', 'seed of llc and hessian (default: 0)', wholeNumber)
    .option('--json', 'print one JSON object')
    .action(async (file: string, options: AnalyzeOptions) =>
      finish(await analyzeCommand(file, options, output)),
    );
}
