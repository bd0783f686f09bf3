import type { WebSocket } from 'ws';

/** The part of a WebSocket an outbox needs; replaced in tests. */
export type Wire = Pick<WebSocket, 'send' | 'bufferedAmount' | 'close'>;

/** A tensor on its way to a client; `encode` makes its frame, with the number of frames skipped before it. */
export interface WaitingTensor {
  readonly bytes: number;
  readonly encode: (skipped: number) => Uint8Array;
}

/** With more than this unsent, a client counts as slow. */
export const SLOW_BYTES = 256 << 10;
/** A client that takes nothing for this long is disconnected; it reconnects and catches up with `since`. */
export const GIVE_UP_MS = 30_000;
/** The protocol's close code "try again later". */
export const TRY_AGAIN = 1013;
/** Replies that may wait; a client that sends requests without reading the replies is not read any further. */
const MAX_REPLIES = 256;
/** Bytes of waiting tensors; beyond them the one that has waited longest is dropped. */
const MAX_TENSOR_BYTES = 64 << 20;
const LOOK_EVERY_MS = 10;

/**
 * The data queued for one client, in bounded memory. Replies come first, then events, then tensors. Events are not kept
 * here: their source waits for a turn and then reads them from the disk. Tensors wait while the client is slow; a newer
 * one replaces the waiting one, and the client receives the number it missed.
 */
export class Outbox {
  private readonly replies: string[] = [];
  private readonly turns: (() => Promise<void>)[] = [];
  private readonly tensors = new Map<string, WaitingTensor>();
  private readonly skips = new Map<string, number>();
  private tensorBytes = 0;
  private isTaken = false;
  private isClosed = false;
  private timer: NodeJS.Timeout | undefined;
  private waitsSince: number | undefined;
  private lastUnsent = 0;

  constructor(
    private readonly wire: Wire,
    private readonly now: () => number = Date.now,
    /** Called when so many replies wait that no more requests should be read, and when that is over. */
    private readonly onFull: (isFull: boolean) => void = () => undefined,
  ) {}

  /** Sends a reply to a message of the client's. */
  message(message: object): void {
    if (this.isClosed) return;
    this.replies.push(JSON.stringify(message));
    if (this.replies.length === MAX_REPLIES) this.onFull(true);
    this.flush();
  }

  /** Whether something can be sent at once. */
  get hasRoom(): boolean {
    return !this.isClosed && this.replies.length === 0 && this.wire.bufferedAmount < SLOW_BYTES;
  }

  /** Sends the text of an event; only while there is room, or in a turn. */
  event(text: Uint8Array): void {
    if (!this.isClosed) this.wire.send(text, { binary: false });
  }

  /** Calls `take` once there is room, one at a time and in order; never if the client has gone. */
  turn(take: () => Promise<void>): void {
    if (this.isClosed) return;
    this.turns.push(take);
    this.flush();
  }

  /** `key` identifies what a newer tensor replaces. */
  tensor(key: string, tensor: WaitingTensor): void {
    if (this.isClosed) return;
    this.leaveOut(key);
    this.tensors.set(key, tensor);
    this.tensorBytes += tensor.bytes;
    for (const oldest of this.tensors.keys()) {
      if (this.tensorBytes <= MAX_TENSOR_BYTES) break;
      this.leaveOut(oldest);
    }
    this.flush();
  }

  /** Drops the tensors that wait under keys with this prefix. */
  forget(prefix: string): void {
    for (const key of [...this.tensors.keys(), ...this.skips.keys()]) {
      if (!key.startsWith(prefix)) continue;
      this.leaveOut(key);
      this.skips.delete(key);
    }
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.replies.length = 0;
    this.turns.length = 0;
    this.tensors.clear();
    this.skips.clear();
  }

  private leaveOut(key: string): void {
    const waiting = this.tensors.get(key);
    if (waiting === undefined) return;
    this.tensors.delete(key);
    this.tensorBytes -= waiting.bytes;
    this.skips.set(key, (this.skips.get(key) ?? 0) + 1);
  }

  private flush(): void {
    if (this.timer !== undefined || this.isClosed) return;
    this.sendReplies();
    this.giveTurn();
    if (!this.isTaken && this.turns.length === 0) this.sendTensors();
    const waits = this.replies.length > 0 || this.turns.length > 0 || this.tensors.size > 0;
    if (!waits || this.isTaken) {
      this.waitsSince = undefined;
      return;
    }
    const unsent = this.wire.bufferedAmount;
    if (this.waitsSince === undefined || unsent < this.lastUnsent) this.waitsSince = this.now();
    this.lastUnsent = unsent;
    if (this.now() - this.waitsSince > GIVE_UP_MS) {
      this.close();
      return this.wire.close(TRY_AGAIN, 'too slow: reconnect and catch up');
    }
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.flush();
    }, LOOK_EVERY_MS);
  }

  private sendReplies(): void {
    const before = this.replies.length;
    let sent = 0;
    while (sent < before && this.wire.bufferedAmount < SLOW_BYTES) this.wire.send(this.replies[sent++]!);
    this.replies.splice(0, sent);
    if (before >= MAX_REPLIES && this.replies.length < MAX_REPLIES) this.onFull(false);
  }

  private giveTurn(): void {
    if (this.isTaken || !this.hasRoom) return;
    const take = this.turns.shift();
    if (take === undefined) return;
    this.isTaken = true;
    void take().finally(() => {
      this.isTaken = false;
      this.flush();
    });
  }

  private sendTensors(): void {
    for (const [key, { bytes, encode }] of this.tensors) {
      if (!this.hasRoom) return;
      this.tensors.delete(key);
      this.tensorBytes -= bytes;
      const skipped = this.skips.get(key) ?? 0;
      this.skips.delete(key);
      this.wire.send(encode(skipped));
    }
  }
}
