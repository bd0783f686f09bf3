import { existsSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import { printable } from '@grokscope/base';
import { findPreset } from '@grokscope/experiments';
import { planSweep, sweep, usedBy } from 'grokscope';
import type { EngineChoice, SweepEvent, SweepPlan } from 'grokscope';
import { joinSweep, sweepLayers, usedByLayers, type SweepLayers } from '../base-file.js';
import type { CliError } from '../errors.js';
import { EXIT, usage } from '../errors.js';
import { interruptOnSignals } from '../interruption.js';
import { nameOf, refuseRunSpec } from '../kind-of-file.js';
import type { Output } from '../output.js';
import { commandLine, runsOption } from '../paste.js';
import type { SweepView } from '../present/sweep-view.js';
import { sweepJsonView, sweepView } from '../present/sweep-view.js';
import { readSpecFile } from '../read-spec-file.js';
import { runsDirOf } from '../runs-dir.js';
import { useFiles } from '../use-files.js';

/** Options of `grokscope sweep`, as commander passes them. */
export interface SweepCommandOptions {
  readonly workers?: number;
  readonly threads?: number;
  readonly engine?: EngineChoice;
  readonly resume?: true;
  /** Files of parts, in addition to those that the sweep names. */
  readonly use?: readonly string[];
  readonly allowChangedParts?: true;
  readonly runs?: string;
  readonly json?: true;
}

/** `grokscope sweep`: makes every run of a sweep file and shows the progress. Returns the exit code. */
export async function sweepCommand(
  file: string,
  { json, runs, use, ...how }: SweepCommandOptions,
  output: Output,
): Promise<E.Either<CliError, number>> {
  const input = await readSweep(file);
  if (E.isLeft(input)) return input;
  const files = [...(use ?? []), ...usedBy(input.right.sweep), ...usedByLayers(input.right.base ?? [])];
  const own = await useFiles(files, nameOf(file));
  if (E.isLeft(own)) return own;
  const { catalogue } = own.right;
  const joined = joinSweep(input.right, catalogue);
  const used = own.right.files.map((one) => one.file);
  const plan = planSweep(
    used.length === 0 ? joined : { ...(joined as object), use: used },
    undefined,
    catalogue,
    own.right.measures,
  );
  if (E.isLeft(plan)) return E.left({ _tag: 'BadSpec', source: nameOf(file), errors: plan.left });
  const runsDir = runsDirOf(runs);
  if (E.isLeft(runsDir)) return runsDir;
  const count = plan.right.cells.length;
  output.err(
    `${printable(plan.right.spec.name)}: ${count} ${count === 1 ? 'run' : 'runs'}; measuring a few steps …\n`,
  );
  const options = { ...how, runsDir: runsDir.right };
  const again = resumeWords(file, options);
  const view = json === true ? sweepJsonView(output) : sweepView(output, plan.right, again);
  return follow(plan.right, options, view, output, again);
}

async function readSweep(file: string): Promise<E.Either<CliError, SweepLayers>> {
  if (E.isRight(findPreset(file)) && !existsSync(file)) {
    const run = commandLine('run', file);
    return E.left(
      usage(`${file} is a preset, which is one run (\`${run}\`); a sweep is a file, with base: ${file}`),
    );
  }
  const read = await readSpecFile(file);
  const sweepFile = E.isLeft(read) ? read : refuseRunSpec(file, read.right);
  return E.isLeft(sweepFile) ? sweepFile : sweepLayers(sweepFile.right, file);
}

type FollowOptions = Omit<SweepCommandOptions, 'json' | 'runs' | 'use'> & { readonly runsDir: string };

/** The command that resumes an interrupted sweep with the same workers, threads and engine. */
function resumeWords(file: string, { workers, threads, engine, runsDir }: FollowOptions): string {
  const how = [
    ...(workers === undefined ? [] : ['--workers', String(workers)]),
    ...(threads === undefined ? [] : ['--threads', String(threads)]),
    ...(engine === undefined ? [] : ['--engine', engine]),
  ];
  const line = commandLine('sweep', file, '--resume', ...how, ...runsOption(runsDir));
  return file === '-' ? `the same sweep, given to \`${line}\`, goes on` : `\`${line}\` goes on`;
}

/** Runs the sweep to its end; an error of the stream is reported as the reason for the failure. */
function follow(
  plan: SweepPlan,
  options: FollowOptions,
  view: SweepView,
  output: Output,
  again: string,
): Promise<E.Either<CliError, number>> {
  return new Promise((resolve) => {
    const interruption = interruptOnSignals(
      output,
      () => `the running runs write a checkpoint; ${again} from there`,
      () => running.unsubscribe(),
    );
    let code: number = EXIT.failed;
    const over = (outcome: E.Either<CliError, number>): void => {
      interruption.dispose();
      view.done();
      resolve(outcome);
    };
    const running = sweep(plan, { ...options, signal: interruption.signal }).subscribe({
      next: (event) => {
        view.event(event);
        if (event.type === 'sweepEnded') code = exitCode(event);
      },
      error: (thrown: unknown) =>
        over(E.left({ _tag: 'Failed', message: thrown instanceof Error ? thrown.message : String(thrown) })),
      complete: () => over(E.right(code)),
    });
  });
}

function exitCode({ reason, failed }: Extract<SweepEvent, { type: 'sweepEnded' }>): number {
  if (reason === 'interrupted') return EXIT.interrupted;
  return failed > 0 ? EXIT.failed : EXIT.done;
}
