import type { Writable } from 'node:stream';
import { printableLines } from '@grokscope/base';
import { errorCode } from '@grokscope/store';

/** Where a command writes; tests replace it. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly outIsTerminal: boolean;
}

/** A process's own output, and whether it failed. */
export interface ProcessOutput extends Output {
  /** Returns true once something could not be written for a reason other than that the reader is gone. */
  readonly hasFailed: () => boolean;
}

/** The codes of a reader that is gone: EPIPE from a pipe, EIO from a terminal that was closed. */
const CLOSED = new Set(['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED']);

interface Streams {
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable;
}

/**
 * Returns the process's own output. Text written through it affects a terminal only by its characters and line ends,
 * whatever its origin. Neither a reader that exits (`| head`) nor a full disk must end a run: further output is
 * dropped, and `onLost` is called once, with the reason unless the reader is gone.
 */
export function processOutput(
  onLost: (why: string | undefined) => void,
  { stdout, stderr }: Streams = process,
): ProcessOutput {
  let isLost = false;
  let hasFailed = false;
  stdout.on('error', (error: Error) => {
    if (isLost) return;
    isLost = true;
    hasFailed = !CLOSED.has(errorCode(error) ?? '');
    onLost(hasFailed ? error.message : undefined);
  });
  stderr.on('error', () => undefined);
  return {
    out: (text) => {
      if (!isLost) stdout.write(printableLines(text));
    },
    err: (text) => {
      stderr.write(printableLines(text));
    },
    outIsTerminal: stdout.isTTY === true,
    hasFailed: () => hasFailed,
  };
}
