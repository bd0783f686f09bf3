import type { RunEvent } from '@grokscope/schema';

/** A line of an events file that holds no event: damage, since a cut-off last line never gets here. */
export class MalformedLine extends Error {
  override readonly name = 'MalformedLine';
  constructor(
    readonly line: number,
    message: string,
    /** The events of the same piece that stand before it. */
    readonly before: readonly RunEvent[] = [],
  ) {
    super(message);
  }
}

const NEWLINE = 0x0a;
/** No event is nearly as long; a file without newlines is none of ours. */
export const MAX_LINE_BYTES = 16 << 20;

/**
 * Cuts an append-only events file, fed in pieces, into events.
 *
 * Only lines ended by a newline count; what follows the last newline is kept until its end arrives, so that a
 * torn last line is neither lost nor misread. `seq` is gapless, so line n holds seq n − 1 and lines up to
 * `since` are skipped unparsed.
 */
export class EventLines {
  private rest: Buffer = Buffer.alloc(0);

  /** `line`: how many lines stand before the first piece. */
  constructor(
    private readonly since: number,
    private line = 0,
  ) {}

  /** The events completed by `piece`, in order. Throws `MalformedLine`. */
  push(piece: Uint8Array): RunEvent[] {
    const bytes = this.rest.length === 0 ? Buffer.from(piece) : Buffer.concat([this.rest, piece]);
    const events: RunEvent[] = [];
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      const seq = this.line++;
      if (seq > this.since) events.push(parseEvent(bytes.toString('utf8', start, end), seq, events));
      start = end + 1;
    }
    this.rest = bytes.subarray(start);
    if (this.rest.length > MAX_LINE_BYTES) throw tooLong(this.line + 1, events);
    return events;
  }

  /**
   * Forgets what follows the last newline and answers how many bytes that is: the next piece begins there. Whoever
   * reads a file in several looks must do so, for a torn line may be cut off and another be written in its place.
   */
  dropRest(): number {
    const { length } = this.rest;
    this.rest = Buffer.alloc(0);
    return length;
  }
}

/** The damage that a line without an end is. */
export const tooLong = (line: number, before: readonly RunEvent[] = []): MalformedLine =>
  new MalformedLine(line, 'it is too long for an event', before);

function parseEvent(text: string, seq: number, before: readonly RunEvent[]): RunEvent {
  const malformed = (message: string): MalformedLine => new MalformedLine(seq + 1, message, before);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed('not a JSON object');
  }
  if (typeof value !== 'object' || value === null) throw malformed('not a JSON object');
  const found = (value as { seq?: unknown }).seq;
  if (found !== seq) throw malformed(`seq is ${String(found)} where ${seq} was due`);
  if (typeof (value as { type?: unknown }).type !== 'string') throw malformed('no type');
  return value as RunEvent;
}
