import type { RunEvent } from '@grokscope/schema';
import { MalformedLine } from '@grokscope/store';

const BEFORE = Buffer.from('{"type":"event","event":');
const AFTER = Buffer.from('}');

/** An event as clients get it; its message is made once for all of them, and only when one wants it. */
export class StoredEvent {
  private text: Buffer | undefined;

  private constructor(
    readonly seq: number,
    readonly type: string,
    private readonly json: () => Uint8Array,
  ) {}

  /** An event that its process told. */
  static ofEvent(event: RunEvent): StoredEvent {
    return new StoredEvent(event.seq, event.type, () => Buffer.from(JSON.stringify(event)));
  }

  /** A line of an events file; `type` stands first in it. */
  static ofLine(seq: number, line: Buffer): StoredEvent {
    const type = /^\{"type":"([a-zA-Z]{1,40})"/.exec(line.toString('latin1', 0, 60))?.[1] ?? '';
    return new StoredEvent(seq, type, () => {
      checkLine(seq, line);
      return line;
    });
  }

  /** `{type: "event", event}`. Throws `MalformedLine` where the line holds no such event. */
  get message(): Buffer {
    return (this.text ??= Buffer.concat([BEFORE, this.json(), AFTER]));
  }
}

/** Throws `MalformedLine` where a line is not the event that is due. */
function checkLine(seq: number, line: Buffer): void {
  let value: unknown;
  try {
    value = JSON.parse(line.toString());
  } catch {
    throw new MalformedLine(seq + 1, 'not a JSON object');
  }
  const found = (value as { seq?: unknown } | null)?.seq;
  if (found !== seq) throw new MalformedLine(seq + 1, `seq is ${String(found)} where ${seq} was due`);
}
