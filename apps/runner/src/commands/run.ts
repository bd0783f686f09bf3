import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as E from 'fp-ts/lib/Either.js';
import type { EndedEvent, RunEvent } from '@grokscope/schema';
import { defaultThreads, executeRun } from 'grokscope';
import type { EngineChoice, EngineReport } from 'grokscope';
import type { CliError } from '../errors.js';
import { EXIT, usage } from '../errors.js';
import { readInitialWeights } from '../initial-weights.js';
import { interruptOnSignals } from '../interruption.js';
import { loadSpec } from '../load-spec.js';
import type { Output } from '../output.js';
import { progressView } from '../present/progress.js';
import type { ProgressView } from '../present/progress.js';
import { startText, summaryText } from '../present/run-text.js';
import { runsDirOf } from '../runs-dir.js';

/** Options of `grokscope run`, as commander gives them. */
export interface RunOptions {
  readonly set: readonly string[];
  readonly engine: EngineChoice;
  readonly threads?: number;
  readonly steps?: string;
  readonly seed?: string;
  /** False with `--no-rewrites`. */
  readonly rewrites: boolean;
  readonly initFrom?: string;
  readonly runs?: string;
  readonly json?: true;
}

/** `grokscope run`: trains, stores and shows one run. Answers the exit code. */
export async function runCommand(
  presetOrFile: string,
  options: RunOptions,
  output: Output,
): Promise<E.Either<CliError, number>> {
  const assignments = [
    ...options.set,
    ...(options.steps === undefined ? [] : [`training.steps=${options.steps}`]),
    ...(options.seed === undefined ? [] : [`model.seed=${options.seed}`]),
  ];
  const loaded = await loadSpec(presetOrFile, assignments);
  if (E.isLeft(loaded)) return loaded;
  const engine = await checkEngine(options.engine);
  if (E.isLeft(engine)) return engine;
  const initial =
    options.initFrom === undefined
      ? E.right(undefined)
      : await readInitialWeights(options.initFrom, loaded.right);
  if (E.isLeft(initial)) return initial;

  const runsDir = runsDirOf(options.runs);
  if (E.isLeft(runsDir)) return runsDir;
  const view =
    options.json === true
      ? jsonView(output)
      : textView(output, loaded.right.spec.training.steps, runsDir.right);
  const interruption = interruptOnSignals(output, 'writing a checkpoint');
  const result = await executeRun(loaded.right.spec, {
    runsDir: runsDir.right,
    engine: options.engine,
    threads: options.threads ?? defaultThreads(),
    rewrites: options.rewrites,
    ...(initial.right === undefined ? {} : { initial: initial.right }),
    signal: interruption.signal,
    onItem: (item) => {
      if (item.type !== 'snapshot') view(item);
    },
  })();
  interruption.dispose();
  return E.isLeft(result) ? E.left({ _tag: 'Store', error: result.left }) : E.right(exitCode(result.right));
}

async function checkEngine(engine: EngineChoice): Promise<E.Either<CliError, void>> {
  if (engine === 'auto') return E.right(undefined);
  const candidates = (await enginesElsewhere()).filter(
    ({ name }) => name === engine || name.startsWith(`${engine}:`),
  );
  if (candidates.some(({ available }) => available)) return E.right(undefined);
  const reasons = candidates.map(({ name, why }) => `${name}: ${why}`).join('; ');
  return E.left(
    usage(`engine ${engine} is not available here (${reasons}); \`grokscope engines\` lists all`),
  );
}

/** The engines, tried in a process of its own: headless GL belongs to the first thread that touches it. */
async function enginesElsewhere(): Promise<readonly EngineReport[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [process.argv[1], 'engines', '--json']);
  return JSON.parse(stdout) as readonly EngineReport[];
}

function exitCode({ reason }: EndedEvent): number {
  if (reason === 'interrupted') return EXIT.interrupted;
  return reason === 'diverged' || reason === 'failed' ? EXIT.failed : EXIT.done;
}

type EventView = (event: RunEvent) => void;

function jsonView(output: Output): EventView {
  return (event) => output.out(`${JSON.stringify(event)}\n`);
}

function textView(output: Output, steps: number, runsDir: string): EventView {
  let progress: ProgressView | undefined;
  let checkpoint: string | null = null;
  return (event) => {
    switch (event.type) {
      case 'started':
        output.out(startText(event));
        progress = progressView(output, steps);
        return;
      case 'metrics':
        progress?.metrics(event);
        return;
      case 'checkpoint':
        checkpoint = event.path;
        return;
      case 'ended':
        progress?.done();
        output.out(summaryText(event, checkpoint, runsDir));
        return;
      default:
        return;
    }
  };
}
