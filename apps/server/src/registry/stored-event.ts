import type { RunEvent } from '@grokscope/schema';
import { parseEventLine } from '@grokscope/store';

const BEFORE = Buffer.from('{"type":"event","event":');
const AFTER = Buffer.from('}');

/** An event as clients receive it; its message is made once for all of them, and only on demand. */
export class StoredEvent {
  private text: Buffer | undefined;

  private constructor(
    readonly seq: number,
    readonly type: string,
    private readonly json: () => Uint8Array,
  ) {}

  /** An event that its process reported. */
  static ofEvent(event: RunEvent): StoredEvent {
    return new StoredEvent(event.seq, event.type, () => Buffer.from(JSON.stringify(event)));
  }

  /** A line of an events file; `type` comes first in it. */
  static ofLine(seq: number, line: Buffer): StoredEvent {
    const type = /^\{"type":"([a-zA-Z]{1,40})"/.exec(line.toString('latin1', 0, 60))?.[1] ?? '';
    return new StoredEvent(seq, type, () => {
      parseEventLine({ seq, line });
      return line;
    });
  }

  /** `{type: "event", event}`. Throws `MalformedLine` if the line holds no such event. */
  get message(): Buffer {
    return (this.text ??= Buffer.concat([BEFORE, this.json(), AFTER]));
  }
}
