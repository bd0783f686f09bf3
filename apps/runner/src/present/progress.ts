import cliProgress from 'cli-progress';
import { formatDuration, formatNumber, formatPercent } from '@grokscope/figures';
import type { MetricsEvent } from '@grokscope/schema';
import type { Output } from '../output.js';
import { metricsText } from './run-text.js';

/** Shows the progress of a run. */
export interface ProgressView {
  readonly metrics: (event: MetricsEvent) => void;
  readonly done: () => void;
}

/** Shows a bar on a terminal, plain lines elsewhere. */
export function progressView(output: Output, steps: number): ProgressView {
  return output.outIsTerminal ? bar(steps) : lines(output, steps);
}

function bar(steps: number): ProgressView {
  const view = new cliProgress.SingleBar(
    {
      format: '{bar} {percentage} % · step {value} of {total} · {facts}',
      stream: process.stdout,
      hideCursor: true,
      barsize: 24,
      // A terminal in another mode would swallow Ctrl-C.
      gracefulExit: false,
    },
    cliProgress.Presets.shades_classic,
  );
  view.start(steps, 0, { facts: 'starting' });
  return {
    metrics: (event) => view.update(event.step, { facts: barFacts(event, steps) }),
    done: () => view.stop(),
  };
}

/** The text beside the bar; facts that are unknown are left out. */
export function barFacts(
  { step, trainLoss, trainAccuracy, testAccuracy, stepsPerSecond }: MetricsEvent,
  steps: number,
): string {
  const test = testAccuracy === null ? '' : `, test ${formatPercent(testAccuracy)}`;
  const facts = `loss ${formatNumber(trainLoss)} · train ${formatPercent(trainAccuracy)}${test}`;
  if (stepsPerSecond === null || !(stepsPerSecond > 0)) return facts;
  const left = step < steps ? ` · ${formatDuration(((steps - step) / stepsPerSecond) * 1000)} left` : '';
  return `${facts} · ${formatNumber(stepsPerSecond)} steps/s${left}`;
}

/** The number of progress lines of a run, whatever its length, beside the first. */
const LINES_PER_RUN = 20;

function lines(output: Output, steps: number): ProgressView {
  let next = 0;
  return {
    metrics: (event) => {
      if (event.step < next && event.step < steps) return;
      output.out(`${metricsText(event)}\n`);
      const every = steps / LINES_PER_RUN;
      next = (Math.floor(event.step / every) + 1) * every;
    },
    done: () => undefined,
  };
}
