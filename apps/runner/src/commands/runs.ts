import * as E from 'fp-ts/lib/Either.js';
import { printable, shortened } from '@grokscope/base';
import { formatCount, formatNumber, formatPercent } from '@grokscope/figures';
import { formatSpecErrors } from '@grokscope/schema';
import type { RunSummary } from '@grokscope/store';
import { openCatalogue } from '@grokscope/store';
import { decodeRunQuery, selectRuns } from 'grokscope';
import type { CliError } from '../errors.js';
import { EXIT, usage } from '../errors.js';
import type { Output } from '../output.js';
import { commandLine, runsOption } from '../paste.js';
import { resumeLine } from '../present/run-text.js';
import { table } from '../present/table.js';
import { runsDirOf } from '../runs-dir.js';
import { useFiles } from '../use-files.js';

/** Options of `grokscope runs`, as commander passes them: a run must pass every filter. */
export interface RunsOptions {
  readonly runs?: string;
  readonly json?: true;
  readonly state?: readonly string[];
  readonly name?: string;
  readonly task?: string;
  readonly tag: readonly string[];
  /** Files of parts that the filters may name. */
  readonly use?: readonly string[];
  /** `path=value` of the spec. */
  readonly where: readonly string[];
  readonly limit?: number;
}

/** `grokscope runs`: lists the runs of a folder, newest first: all of them, or those that every filter admits. */
export async function runsCommand(options: RunsOptions, output: Output): Promise<E.Either<CliError, number>> {
  const runsDir = runsDirOf(options.runs);
  if (E.isLeft(runsDir)) return runsDir;
  const own = await useFiles(options.use, '--use');
  if (E.isLeft(own)) return own;
  const query = decodeRunQuery(options, '--', own.right.catalogue);
  if (E.isLeft(query)) return E.left(usage(formatSpecErrors(query.left)));
  const { catalogue, index } = await openCatalogue(runsDir.right);
  const listed = await catalogue.list()();
  index?.close();
  if (E.isLeft(listed)) return E.left({ _tag: 'Store', error: listed.left });
  const runs = await selectRuns(runsDir.right, listed.right, query.right);
  if (options.json === true) output.out(`${JSON.stringify(runs, null, 2)}\n`);
  else output.out(runsText(runs, listed.right.length, runsDir.right));
  return E.right(EXIT.done);
}

function runsText(runs: readonly RunSummary[], all: number, runsDir: string): string {
  if (all === 0) {
    return `There are no runs in ${runsDir}. \`${commandLine('run', 'quick-grok', ...runsOption(runsDir))}\` makes one; --runs names another folder.\n`;
  }
  if (runs.length === 0) return `None of the runs in ${runsDir} is like that.\n`;
  const header = ['run', 'state', 'step', 'test loss', 'test accuracy', 'generalised', 'created', ''];
  const rows = runs.map((run) => [
    run.runId,
    run.state,
    `${formatCount(run.step)} of ${formatCount(run.steps)}`,
    run.testLoss === null ? '–' : formatNumber(run.testLoss),
    run.testAccuracy === null ? '–' : formatPercent(run.testAccuracy),
    run.stepGeneralized === null ? '–' : `at ${formatCount(run.stepGeneralized)}`,
    localTime(run.createdAt),
    run.problem ?? remark(run),
  ]);
  return `${table([header, ...rows])}${hint(runs, runsDir)}`;
}

/** A task that is not built in, tags, and as much of the note as fits. */
function remark({ taskTitle, tags, note }: RunSummary): string {
  return [printable(taskTitle ?? ''), ...tags.map((tag) => `#${tag}`), shortened(note.split('\n')[0]!, 40)]
    .join(' ')
    .trim();
}

/** `2026-11-25 09:32`, in local time. */
function localTime(iso: string): string {
  const at = new Date(iso);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

function hint(runs: readonly RunSummary[], runsDir: string): string {
  const broken = runs.filter(
    ({ state, holder, problem }) =>
      problem === null && (state === 'interrupted' || (state === 'stale' && holder === null)),
  );
  return broken.length === 0
    ? ''
    : `\n${broken.length} broke off; \`${resumeLine(broken[0]!.runId, runsDir)}\` goes on from its last checkpoint.\n`;
}
