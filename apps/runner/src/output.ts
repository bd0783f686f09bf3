import type { Writable } from 'node:stream';
import { printableLines } from '@grokscope/base';
import { errorCode } from '@grokscope/store';

/** Where a command writes; replaced in tests. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly outIsTerminal: boolean;
}

/** A process's own output, and what became of it. */
export interface ProcessOutput extends Output {
  /** True once something could not be written, other than because its reader went away. */
  readonly hasFailed: () => boolean;
}

/** Its reader went away: EPIPE from a pipe, EIO from a terminal that was closed. */
const CLOSED = new Set(['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED']);

interface Streams {
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable;
}

/**
 * The process's own output. Nothing written through it has an effect on a terminal but its letters and its line ends,
 * whoever the text is from. A reader that goes away (`| head`) must not end a run, nor must a full disk: what follows
 * is dropped, and `onLost` is told once, with the reason where it is more than a reader gone.
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
