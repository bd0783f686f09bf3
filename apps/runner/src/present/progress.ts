import cliProgress from 'cli-progress';
import { formatNumber, formatPercent } from '@grokscope/figures';
import type { MetricsEvent } from '@grokscope/schema';
import type { Output } from '../output.js';
import { metricsText } from './run-text.js';

/** Shows how far a run is. */
export interface ProgressView {
  readonly metrics: (event: MetricsEvent) => void;
  readonly done: () => void;
}

/** A bar on a terminal, plain lines elsewhere. */
export function progressView(output: Output, steps: number): ProgressView {
  return output.outIsTerminal ? bar(steps) : lines(output, steps);
}

function bar(steps: number): ProgressView {
  const view = new cliProgress.SingleBar(
    {
      format: '{bar} {percentage} % · step {value} of {total} · {facts} · {eta_formatted} left',
      stream: process.stdout,
      hideCursor: true,
      barsize: 24,
      etaBuffer: 20,
      // A terminal in another mode would swallow Ctrl-C.
      gracefulExit: false,
    },
    cliProgress.Presets.shades_classic,
  );
  view.start(steps, 0, { facts: 'starting' });
  return {
    metrics: ({ step, trainLoss, trainAccuracy, testAccuracy, stepsPerSecond }) => {
      const facts = `loss ${formatNumber(trainLoss)} · train ${formatPercent(trainAccuracy)}, test ${formatPercent(testAccuracy)} · ${formatNumber(stepsPerSecond)} steps/s`;
      view.update(step, { facts });
    },
    done: () => view.stop(),
  };
}

/** Lines a run gets, however long it is, besides its first. */
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
