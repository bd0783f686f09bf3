import type { RunEvent } from '@grokscope/schema';

/** One stored event as it is in the file, without its newline. */
export interface StoredLine {
  readonly seq: number;
  readonly line: Buffer;
}

/** A line of an events file that does not hold an event: damage, since a truncated last line is handled before. */
export class MalformedLine extends Error {
  override readonly name = 'MalformedLine';
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
  }
}

/** No event is nearly as long; a file without newlines is not an events file. */
export const MAX_LINE_BYTES = 16 << 20;

/** The damage that a line without an end represents. */
export const tooLong = (line: number): MalformedLine =>
  new MalformedLine(line, 'it is too long for an event');

/** The event of a line, identified by its `seq`; its other content follows the schema of the time it was written. */
export function parseEventLine({ seq, line }: StoredLine): RunEvent {
  const malformed = (message: string): MalformedLine => new MalformedLine(seq + 1, message);
  let value: unknown;
  try {
    value = JSON.parse(line.toString('utf8'));
  } catch {
    throw malformed('not a JSON object');
  }
  if (typeof value !== 'object' || value === null) throw malformed('not a JSON object');
  const found = (value as { seq?: unknown }).seq;
  if (found !== seq) throw malformed(`seq is ${String(found)} where ${seq} was due`);
  if (typeof (value as { type?: unknown }).type !== 'string') throw malformed('no type');
  return value as RunEvent;
}
