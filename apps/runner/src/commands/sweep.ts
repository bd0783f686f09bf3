import * as E from 'fp-ts/lib/Either.js';
import { planSweep, sweep } from 'grokscope';
import type { EngineChoice, SweepEvent, SweepPlan } from 'grokscope';
import type { CliError } from '../errors.js';
import { EXIT } from '../errors.js';
import { interruptOnSignals } from '../interruption.js';
import type { Output } from '../output.js';
import type { SweepView } from '../present/sweep-view.js';
import { sweepJsonView, sweepView } from '../present/sweep-view.js';
import { readSpecFile } from '../read-spec-file.js';
import { runsDirOf } from '../runs-dir.js';

/** Options of `grokscope sweep`, as commander gives them. */
export interface SweepCommandOptions {
  readonly workers?: number;
  readonly threads?: number;
  readonly engine?: EngineChoice;
  readonly resume?: true;
  readonly runs?: string;
  readonly json?: true;
}

/** `grokscope sweep`: makes every run of a sweep file and shows how it goes. Answers the exit code. */
export async function sweepCommand(
  file: string,
  { json, runs, ...how }: SweepCommandOptions,
  output: Output,
): Promise<E.Either<CliError, number>> {
  const input = await readSpecFile(file);
  if (E.isLeft(input)) return input;
  const plan = planSweep(input.right);
  if (E.isLeft(plan)) return E.left({ _tag: 'BadSpec', source: file, errors: plan.left });
  const runsDir = runsDirOf(runs);
  if (E.isLeft(runsDir)) return runsDir;
  const count = plan.right.cells.length;
  output.err(`${plan.right.spec.name}: ${count} ${count === 1 ? 'run' : 'runs'}; measuring a few steps …\n`);
  const view = json === true ? sweepJsonView(output) : sweepView(output, plan.right);
  return follow(plan.right, { ...how, runsDir: runsDir.right }, view, output);
}

/** Runs the sweep to its end; a defect of the stream is told as what went wrong. */
function follow(
  plan: SweepPlan,
  options: Omit<SweepCommandOptions, 'json' | 'runs'> & { readonly runsDir: string },
  view: SweepView,
  output: Output,
): Promise<E.Either<CliError, number>> {
  return new Promise((resolve) => {
    const interruption = interruptOnSignals(output, 'the running runs write a checkpoint', () =>
      running.unsubscribe(),
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
