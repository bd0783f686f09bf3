import * as E from 'fp-ts/lib/Either.js';
import type { RunEvent } from '@grokscope/schema';
import { formatCount } from '@grokscope/figures';
import { createRunCatalogue, deleteRun, openRun, sendCommand } from '@grokscope/store';
import type { StoreError } from '@grokscope/store';
import type { CliError } from '../errors.js';
import { EXIT } from '../errors.js';
import type { Output } from '../output.js';
import { runsDirOf } from '../runs-dir.js';
import { withSuggestion } from '../suggest-run.js';

/** Options of the commands on one run, as commander gives them. */
export interface ControlOptions {
  readonly runs?: string;
}

/** How long a run may take to answer: a step of a large model, and the looks at its folder. */
const ANSWER_MS = 15_000;

const DONE = { pause: 'Paused', resume: 'Going on', stop: 'Stopped' } as const;

/**
 * `grokscope pause`, `resume` and `stop`: tells a live run, whoever started it, and waits for it to say at which step
 * that took effect.
 */
export async function controlCommand(
  command: keyof typeof DONE,
  runId: string,
  options: ControlOptions,
  output: Output,
): Promise<E.Either<CliError, number>> {
  const runsDir = runsDirOf(options.runs);
  if (E.isLeft(runsDir)) return runsDir;
  const refuse = async (error: StoreError): Promise<E.Either<CliError, number>> =>
    E.left(await withSuggestion(error, runsDir.right, runId));
  const before = await createRunCatalogue(runsDir.right).get(runId)();
  if (E.isLeft(before)) return refuse(before.left);
  const sent = await sendCommand(runsDir.right, runId, { command })();
  if (E.isLeft(sent)) return refuse(sent.left);
  const run = await openRun(runsDir.right, runId)();
  if (E.isLeft(run)) return refuse(run.left);
  const signal = AbortSignal.timeout(ANSWER_MS);
  for await (const batch of run.right.tailEvents({ since: before.right.lastSeq, signal })) {
    const answer = batch.find((event) => isAnswer(event, command));
    if (answer === undefined) continue;
    output.out(`${DONE[command]} at step ${formatCount('step' in answer ? answer.step : 0)}: ${runId}\n`);
    return E.right(EXIT.done);
  }
  const message = `${runId} was told to ${command}, but has not answered yet`;
  return E.left({ _tag: 'Failed', message });
}

function isAnswer(event: RunEvent, command: keyof typeof DONE): boolean {
  return (
    (event.type === 'command' && event.command === command) || (command === 'stop' && event.type === 'ended')
  );
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
