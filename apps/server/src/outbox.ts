import type { WebSocket } from 'ws';

/** The part of a WebSocket an outbox needs; replaced in tests. */
export type Wire = Pick<WebSocket, 'send' | 'bufferedAmount' | 'close'>;

/** More than this unsent, and a client counts as slow. */
const SLOW_BYTES = 1 << 20;
/** A client that does not come below that for so long is let go; it reconnects and catches up by `since`. */
const GIVE_UP_MS = 30_000;
const LOOK_EVERY_MS = 25;

/**
 * What goes to one client. Messages are sent in order and none is dropped; tensors wait while the client is
 * slow, and a newer one replaces the one that waits.
 */
export class Outbox {
  private readonly texts: string[] = [];
  private readonly tensors = new Map<string, () => Uint8Array>();
  private timer: NodeJS.Timeout | undefined;
  private slowSince: number | undefined;
  /** Tensors that were replaced before they could be sent. */
  skipped = 0;

  constructor(
    private readonly wire: Wire,
    private readonly now: () => number = Date.now,
  ) {}

  message(message: object): void {
    this.texts.push(JSON.stringify(message));
    this.flush();
  }

  /** `encode` is called when there is room. `key` names what a newer tensor replaces. */
  tensor(key: string, encode: () => Uint8Array): void {
    if (this.tensors.delete(key)) this.skipped += 1;
    this.tensors.set(key, encode);
    this.flush();
  }

  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.texts.length = 0;
    this.tensors.clear();
  }

  private flush(): void {
    if (this.timer !== undefined) return;
    let sent = 0;
    while (sent < this.texts.length && this.hasRoom()) this.wire.send(this.texts[sent++]!);
    this.texts.splice(0, sent);
    if (this.texts.length === 0) {
      for (const [key, encode] of this.tensors) {
        if (!this.hasRoom()) break;
        this.tensors.delete(key);
        this.wire.send(encode());
      }
    }
    const waits = this.texts.length > 0 || this.tensors.size > 0;
    if (!waits) {
      this.slowSince = undefined;
      return;
    }
    this.slowSince = sent > 0 ? this.now() : (this.slowSince ?? this.now());
    if (this.now() - this.slowSince > GIVE_UP_MS) {
      this.close();
      this.wire.close(1013, 'too slow: reconnect and catch up');
      return;
    }
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.flush();
    }, LOOK_EVERY_MS);
  }

  private hasRoom(): boolean {
    return this.wire.bufferedAmount < SLOW_BYTES;
  }
}
