/** Where a command writes; replaced in tests. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly outIsTerminal: boolean;
}

/**
 * The process's own output. A reader that goes away (`| head`) must not end a run: what follows is dropped,
 * and `onClosed` is told once.
 */
export function processOutput(onClosed: () => void): Output {
  let closed = false;
  // EPIPE from a pipe, EIO from a terminal that was closed.
  process.stdout.on('error', () => {
    if (!closed) onClosed();
    closed = true;
  });
  process.stderr.on('error', () => undefined);
  return {
    out: (text) => {
      if (!closed) process.stdout.write(text);
    },
    err: (text) => {
      process.stderr.write(text);
    },
    outIsTerminal: process.stdout.isTTY === true,
  };
}
