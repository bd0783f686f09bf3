import type { EndedEvent, RunEvent } from '@grokscope/schema';
import { EXIT } from '../errors.js';
import type { Output } from '../output.js';
import { progressView } from './progress.js';
import type { ProgressView } from './progress.js';
import { fallText, startText, summaryText } from './run-text.js';

/** Shows a run's events as they arrive: as a JSON line each, or as words and a progress bar. */
export function runView(
  output: Output,
  { json }: { readonly json?: true },
  steps: number,
  runsDir: string,
  examples?: readonly string[],
): EventView {
  return json === true ? jsonView(output) : textView(output, steps, runsDir, examples);
}

/** The exit code of a run that ended. */
export function endingExitCode({ reason }: EndedEvent): number {
  if (reason === 'interrupted') return EXIT.interrupted;
  return reason === 'diverged' || reason === 'failed' ? EXIT.failed : EXIT.done;
}

type EventView = (event: RunEvent) => void;

function jsonView(output: Output): EventView {
  return (event) => output.out(`${JSON.stringify(event)}\n`);
}

function textView(
  output: Output,
  steps: number,
  runsDir: string,
  examples: readonly string[] | undefined,
): EventView {
  let progress: ProgressView | undefined;
  let checkpoint: string | null = null;
  return (event) => {
    switch (event.type) {
      case 'started':
        output.out(startText(event, examples));
        progress = progressView(output, steps);
        return;
      case 'metrics':
        progress?.metrics(event);
        return;
      case 'fall':
        output.out(fallText(event));
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
