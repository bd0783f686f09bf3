import cliProgress from 'cli-progress';
import { printable, printableLines } from '@grokscope/base';
import { formatCount, formatDuration } from '@grokscope/figures';
import { describeCell } from 'grokscope';
import type { SweepEvent, SweepPlan } from 'grokscope';
import type { Output } from '../output.js';
import { runEndedText, sweepEndedText, sweepStartedText } from './sweep-text.js';

/** Shows the progress of a sweep. */
export interface SweepView {
  readonly event: (event: SweepEvent) => void;
  readonly done: () => void;
}

/** Writes one JSON object a line: everything except the progress of runs, which is in their own folders. */
export function sweepJsonView(output: Output): SweepView {
  return {
    event: (event) => {
      if (event.type !== 'runProgress') output.out(`${JSON.stringify(event)}\n`);
    },
    done: () => undefined,
  };
}

/**
 * Shows a bar on a terminal, plain lines elsewhere; in both cases a line for each run that ends, and the finding at the
 * end. `again` describes how to resume an interrupted sweep.
 */
export function sweepView(output: Output, plan: SweepPlan, again: string): SweepView {
  const rows: Extract<SweepEvent, { type: 'runEnded' }>[] = [];
  const steps = new Map<string, { done: number; of: number }>();
  let bar: Bar | undefined;
  const say = (text: string): void => (bar === undefined ? output.out(text) : bar.log(text));
  const show = (): void => bar?.show(steps, rows.length, plan.cells.length);
  return {
    event: (event) => {
      switch (event.type) {
        case 'sweepStarted':
          output.out(sweepStartedText(event));
          for (const { id, spec } of plan.cells) steps.set(id, { done: 0, of: spec.training.steps });
          if (output.outIsTerminal) bar = createBar();
          break;
        case 'runStarted':
          if (!output.outIsTerminal) output.out(`started  ${printable(describeCell(event, plan))}\n`);
          break;
        case 'runProgress':
          steps.get(event.cell)!.done = event.metrics.step;
          break;
        case 'runEnded':
          rows.push(event);
          // The steps that a run skips after its stop condition do not remain to be done.
          steps.delete(event.cell);
          if (!event.earlier)
            say(runEndedText(event, describeCell(event, plan), rows.length, plan.cells.length));
          break;
        case 'sweepEnded':
          bar?.stop();
          bar = undefined;
          output.out(sweepEndedText(event, plan, rows, again));
          break;
        default:
          event satisfies never;
      }
      show();
    },
    done: () => bar?.stop(),
  };
}

interface Bar {
  readonly log: (text: string) => void;
  readonly show: (
    steps: ReadonlyMap<string, { done: number; of: number }>,
    ended: number,
    runs: number,
  ) => void;
  readonly stop: () => void;
}

function createBar(): Bar {
  const startedMs = performance.now();
  const bars = new cliProgress.MultiBar(
    {
      format: '{bar} {percentage} % · {facts}',
      stream: process.stdout,
      hideCursor: true,
      barsize: 24,
      // A terminal in another mode would swallow Ctrl-C.
      gracefulExit: false,
    },
    cliProgress.Presets.shades_classic,
  );
  const bar = bars.create(1000, 0, { facts: 'starting' });
  return {
    // The bar writes to the terminal directly, bypassing the output that makes foreign text harmless.
    log: (text) => bars.log(printableLines(text)),
    show: (steps, ended, runs) => {
      let share = ended;
      for (const { done, of } of steps.values()) share += done / of;
      const spent = performance.now() - startedMs;
      const facts = `${formatCount(ended)} of ${formatCount(runs)} runs ended · ${formatDuration(spent)} so far`;
      bar.update(Math.floor((1000 * share) / runs), { facts });
    },
    stop: () => bars.stop(),
  };
}
