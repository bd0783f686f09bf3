import type { EndingReason } from '@grokscope/base';
import { endingOrder } from '@grokscope/base';
import { EXIT } from './errors.js';
import type { Output } from './output.js';

/** Ctrl-C, a polite kill, a closed terminal. */
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The ending that a user requested, and a function that stops listening for it. */
export interface Interruption {
  readonly signal: AbortSignal;
  readonly dispose: () => void;
}

/**
 * Listens for signals: the first Ctrl-C aborts `signal` and prints `message()`, the second exits the process at once,
 * after `beforeLeaving`.
 */
export function interruptOnSignals(
  output: Output,
  message: () => string,
  beforeLeaving: () => void = () => undefined,
): Interruption {
  const controller = new AbortController();
  const order = endingOrder();
  const handle = (reason: EndingReason): void => {
    const answer = order(reason);
    if (answer === 'leave') {
      beforeLeaving();
      process.exit(EXIT.interrupted);
    }
    if (answer === 'wait') return;
    output.err(`\nInterrupted: ${message()}. A second interrupt exits at once.\n`);
    controller.abort();
  };
  for (const name of ENDING_SIGNALS) process.on(name, handle);
  return {
    signal: controller.signal,
    dispose: () => {
      for (const name of ENDING_SIGNALS) process.off(name, handle);
    },
  };
}
