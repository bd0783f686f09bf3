import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { promisify } from 'node:util';
import * as E from 'fp-ts/lib/Either.js';
import { findPreset } from '@grokscope/experiments';
import type { EngineReport } from '@grokscope/schema';
import { exampleTexts } from '@grokscope/tasks';
import { childEnvironment, defaultThreads, executeRun, weighSpec } from 'grokscope';
import type { EngineChoice } from 'grokscope';
import type { CliError } from '../errors.js';
import { usage } from '../errors.js';
import { readInitialWeights } from '../initial-weights.js';
import { interruptOnSignals } from '../interruption.js';
import { loadSpec, type Weigh } from '../load-spec.js';
import type { Output } from '../output.js';
import { commandLine } from '../paste.js';
import { interruptedWords, resumeLine } from '../present/run-text.js';
import { endingExitCode, runView } from '../present/run-view.js';
import { existingRun } from '../run-paths.js';
import { runsDirOf } from '../runs-dir.js';
import type { RunOptions } from './run-options.js';
import { resumeCommand } from './run-resume.js';

/** `grokscope run`: trains, stores and shows one run. Returns the exit code. */
export async function runCommand(
  presetOrFile: string | undefined,
  options: RunOptions,
  output: Output,
): Promise<E.Either<CliError, number>> {
  if (options.resume !== undefined) return resumeCommand(options.resume, presetOrFile, options, output);
  if (presetOrFile === undefined) {
    return E.left(
      usage(
        `say what to train: a preset (\`${commandLine('presets')}\` lists them), a file, - for standard input, or --resume with a run`,
      ),
    );
  }
  const isRun = notARun(presetOrFile, options);
  if (E.isLeft(isRun)) return isRun;
  if (options.allowChangedParts) return E.left(usage('--allow-changed-parts goes with --resume'));
  const assignments = [
    ...options.set,
    ...(options.steps === undefined ? [] : [`training.steps=${options.steps}`]),
    ...(options.seed === undefined ? [] : [`model.seed=${options.seed}`]),
  ];
  const weigh: Weigh = (spec, own) => weighSpec(spec, undefined, own.catalogue, own.measures);
  const loaded = await loadSpec(presetOrFile, assignments, weigh, options.use);
  if (E.isLeft(loaded)) return loaded;
  const choice = options.engine ?? 'auto';
  const engine = await checkEngine(choice);
  if (E.isLeft(engine)) return engine;
  const initial =
    options.initFrom === undefined
      ? E.right(undefined)
      : await readInitialWeights(options.initFrom, loaded.right, output.err);
  if (E.isLeft(initial)) return initial;

  const runsDir = runsDirOf(options.runs);
  if (E.isLeft(runsDir)) return runsDir;
  const { spec, dataset, own } = loaded.right;
  const examples = exampleTexts(spec.task, dataset, undefined, own.catalogue.tasks);
  const view = runView(output, options, spec.training.steps, runsDir.right, examples);
  let runId: string | undefined;
  const interruption = interruptOnSignals(output, () => interruptedWords(runId, runsDir.right));
  const result = await executeRun(spec, {
    runsDir: runsDir.right,
    engine: choice,
    threads: options.threads ?? defaultThreads(),
    rewrites: options.rewrites,
    ...(options.keepAllCheckpoints === undefined ? {} : { keepAllCheckpoints: true }),
    ...(initial.right === undefined ? {} : { initial: initial.right }),
    signal: interruption.signal,
    onItem: (item) => {
      if (item.type === 'started') runId = item.runId;
      if (item.type !== 'snapshot') view(item);
    },
  })();
  interruption.dispose();
  if (E.isRight(result)) return E.right(endingExitCode(result.right));
  const { left: refusal } = result;
  return E.left(
    refusal._tag === 'InvalidSpec'
      ? { _tag: 'BadSpec', source: presetOrFile, errors: refusal.errors }
      : { _tag: 'Store', error: refusal },
  );
}

/** Refuses the name of a run where a preset or a file is expected, and suggests what to do with the run. */
function notARun(what: string, { runs }: RunOptions): E.Either<CliError, void> {
  const runsDir = runsDirOf(runs);
  const isSpec = E.isRight(findPreset(what)) || statSync(what, { throwIfNoEntry: false })?.isFile() === true;
  const run = isSpec || E.isLeft(runsDir) ? undefined : existingRun(what, runsDir.right);
  if (run === undefined) return E.right(undefined);
  const again = resumeLine(run.runId, run.runsDir);
  return E.left(usage(`${what} is a run, not a spec; \`${again}\` goes on with it`));
}

async function checkEngine(engine: EngineChoice): Promise<E.Either<CliError, void>> {
  if (engine === 'auto') return E.right(undefined);
  const candidates = (await enginesElsewhere()).filter(
    ({ name }) => name === engine || name.startsWith(`${engine}:`),
  );
  if (candidates.some(({ available }) => available)) return E.right(undefined);
  const reasons = candidates.map(({ name, why }) => `${name}: ${why}`).join('; ');
  return E.left(
    usage(`engine ${engine} is not available here (${reasons}); \`${commandLine('engines')}\` lists all`),
  );
}

/** Lists the engines in a process of its own: headless GL belongs to the first thread that uses it. */
async function enginesElsewhere(): Promise<readonly EngineReport[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [process.argv[1], 'engines', '--json'], {
    env: childEnvironment(),
  });
  return JSON.parse(stdout) as readonly EngineReport[];
}
