import * as E from 'fp-ts/lib/Either.js';
import type { RunCommand, RunEvent } from '@grokscope/schema';
import { decodeRunCommand, formatSpecErrors, settablePaths } from '@grokscope/schema';
import { formatCount } from '@grokscope/figures';
import { createRunCatalogue, deleteRun, openRun, sendCommand } from '@grokscope/store';
import type { StoreError } from '@grokscope/store';
import type { CliError } from '../errors.js';
import { EXIT, usage } from '../errors.js';
import type { Output } from '../output.js';
import { runsDirOf } from '../runs-dir.js';
import { withSuggestion } from '../suggest-run.js';

/** Options of the commands on one run, as commander passes them. */
export interface ControlOptions {
  readonly runs?: string;
}

/** Options of the commands that control a live run. */
export interface CommandOptions extends ControlOptions {
  /** The step at which the command takes effect; default: the next. */
  readonly at?: number;
}

/** How long a run may take to answer: a step of a large model, and the intervals at which it checks its folder. */
const ANSWER_MS = 15_000;

const DONE = { pause: 'Paused', resume: 'Going on', stop: 'Stopped' } as const;

/** `grokscope pause`, `resume` and `stop`. */
export const controlCommand = (
  command: keyof typeof DONE,
  runId: string,
  options: CommandOptions,
  output: Output,
): Promise<E.Either<CliError, number>> => tell({ command }, DONE[command], runId, options, output);

/** `grokscope set`: changes a setting of a live run, for example `optimizer.lr=0.001`. */
export async function setCommand(
  runId: string,
  assignment: string,
  options: CommandOptions,
  output: Output,
): Promise<E.Either<CliError, number>> {
  const [path = '', text = ''] = assignment.split(/=(.*)/s);
  const value = /^\s*$/.test(text) ? NaN : Number(text);
  if (!assignment.includes('=')) {
    const what = `path=value, with ${settablePaths.join(' or ')} for the path`;
    return E.left(usage(`set ${assignment}: it must be ${what}`));
  }
  const decoded = decodeRunCommand({ command: 'set', path, value: Number.isNaN(value) ? text : value });
  if (E.isLeft(decoded)) return E.left(usage(`set ${assignment}: ${formatSpecErrors(decoded.left)}`));
  return tell(decoded.right, `Set ${path} to ${value}`, runId, options, output);
}

/**
 * Sends a command to a live run, whoever started it, and waits for the answer: the step at which the command took or
 * will take effect, or the reason why it does not.
 */
async function tell(
  given: RunCommand,
  done: string,
  runId: string,
  { runs, at }: CommandOptions,
  output: Output,
): Promise<E.Either<CliError, number>> {
  const runsDir = runsDirOf(runs);
  if (E.isLeft(runsDir)) return runsDir;
  const refuse = async (error: StoreError): Promise<E.Either<CliError, number>> =>
    E.left(await withSuggestion(error, runsDir.right, runId));
  const before = await createRunCatalogue(runsDir.right).get(runId)();
  if (E.isLeft(before)) return refuse(before.left);
  const command: RunCommand = { ...given, ...(at === undefined ? {} : { at }), by: 'command line' };
  const sent = await sendCommand(runsDir.right, runId, command)();
  if (E.isLeft(sent)) return refuse(sent.left);
  const run = await openRun(runsDir.right, runId)();
  if (E.isLeft(run)) return refuse(run.left);
  const signal = AbortSignal.timeout(ANSWER_MS);
  for await (const batch of run.right.tailEvents({ since: before.right.lastSeq, signal })) {
    const answer = batch.find((event) => isAnswer(event, command));
    if (answer === undefined) continue;
    if (answer.type === 'commandAnswer' && answer.answer === 'refused') {
      return E.left({ _tag: 'Failed', message: `${runId} refused to ${command.command}: ${answer.message}` });
    }
    const text =
      answer.type === 'commandAnswer'
        ? `${runId} was told to ${command.command}: ${answer.message}`
        : `${done} at step ${formatCount('step' in answer ? answer.step : 0)}: ${runId}`;
    output.out(`${text}\n`);
    return E.right(EXIT.done);
  }
  const message = `${runId} was told to ${command.command}, but has not answered yet`;
  return E.left({ _tag: 'Failed', message });
}

function isAnswer(event: RunEvent, command: RunCommand): boolean {
  if (event.type === 'ended') return command.command === 'stop' && command.at === undefined;
  if (event.type !== 'command' && event.type !== 'commandAnswer') return false;
  const isSame = event.command === command.command && event.by === command.by;
  return isSame && (command.command !== 'set' || event.path === command.path);
}

/** `grokscope rm`: deletes runs that no process writes. */
export async function removeCommand(
  runIds: readonly string[],
  options: ControlOptions,
  output: Output,
): Promise<E.Either<CliError, number>> {
  const runsDir = runsDirOf(options.runs);
  if (E.isLeft(runsDir)) return runsDir;
  for (const runId of runIds) {
    const removed = await deleteRun(runsDir.right, runId)();
    if (E.isLeft(removed)) return E.left(await withSuggestion(removed.left, runsDir.right, runId));
    output.out(`Deleted ${runId}\n`);
  }
  return E.right(EXIT.done);
}
