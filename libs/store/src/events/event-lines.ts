import type { RunEvent } from '@grokscope/schema';

/** One stored event as it stands in the file, without its newline. */
export interface StoredLine {
  readonly seq: number;
  readonly line: Buffer;
}

/** A line of an events file that holds no event: damage, since a cut-off last line never gets here. */
export class MalformedLine extends Error {
  override readonly name = 'MalformedLine';
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
  }
}

/** No event is nearly as long; a file without newlines is none of ours. */
export const MAX_LINE_BYTES = 16 << 20;

/** The damage that a line without an end is. */
export const tooLong = (line: number): MalformedLine =>
  new MalformedLine(line, 'it is too long for an event');

/** The event of a line, told by its `seq`; what else it holds is the schema's, as it was when it was written. */
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
