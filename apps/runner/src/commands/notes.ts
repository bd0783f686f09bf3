import * as E from 'fp-ts/lib/Either.js';
import type { NotesChange } from '@grokscope/schema';
import { changeNotes } from '@grokscope/store';
import type { CliError } from '../errors.js';
import { EXIT } from '../errors.js';
import type { Output } from '../output.js';
import { runsDirOf } from '../runs-dir.js';
import { withSuggestion } from '../suggest-run.js';
import type { ControlOptions } from './control.js';

/** `grokscope note`: sets the note of a run, or shows it. */
export function noteCommand(
  runId: string,
  text: string | undefined,
  options: ControlOptions,
  output: Output,
): Promise<E.Either<CliError, number>> {
  return change(runId, text === undefined ? {} : { note: text }, options, output);
}

/** `grokscope tag`: adds and removes tags of a run, or shows them. */
export function tagCommand(
  runId: string,
  tags: readonly string[],
  options: ControlOptions & { readonly remove: readonly string[] },
  output: Output,
): Promise<E.Either<CliError, number>> {
  return change(runId, { addTags: [...tags], removeTags: [...options.remove] }, options, output);
}

async function change(
  runId: string,
  what: NotesChange,
  options: ControlOptions,
  output: Output,
): Promise<E.Either<CliError, number>> {
  const runsDir = runsDirOf(options.runs);
  if (E.isLeft(runsDir)) return runsDir;
  const changed = await changeNotes(runsDir.right, runId, what)();
  if (E.isLeft(changed)) return E.left(await withSuggestion(changed.left, runsDir.right, runId));
  const { note, tags } = changed.right;
  const words = tags.length === 0 ? 'no tags' : tags.map((tag) => `#${tag}`).join(' ');
  output.out(`${runId}: ${words}\n${note === '' ? '' : `${note}\n`}`);
  return E.right(EXIT.done);
}
