import type { Socket } from 'node:net';
import { Budget } from './budget.js';
import type { Rate } from './budget.js';

/*
 * How much is accepted from one client. No person and no sensible script comes near these limits; a client that does is
 * told to wait (429) while all others are served.
 */

/** The largest body of a request. */
export const MAX_BODY_BYTES = 1 << 20;
/** Responses of at least this many bytes are compressed for clients that accept it. */
export const COMPRESSED_FROM_BYTES = 1024;
/** The largest response that is compressed in one call. */
export const COMPRESSED_AT_ONCE_BYTES = 16 << 10;
/** The time within which a request must have arrived completely. */
export const REQUEST_WITHIN_MS = 30_000;
/** The time within which its headers must have arrived. */
export const HEADERS_WITHIN_MS = 15_000;
/** How often the two are checked: no connection exceeds its time by more. */
export const LOOK_AT_REQUESTS_MS = 500;
/** Connections at once; further ones are closed immediately. */
export const MAX_CONNECTIONS = 4096;
/** WebSockets at once. */
export const MAX_CLIENTS = 1000;

/** Requests to the API, from one address. */
const REQUESTS: Rate = { perSecond: 1000, burst: 2000 };
/** Runs started, by any client. */
const STARTS: Rate = { perSecond: 2, burst: 60 };
/** Wrong tokens from one address: even a short token cannot be guessed. */
const GUESSES: Rate = { perSecond: 5, burst: 50 };
/** Addresses remembered; those that were silent for a while are dropped first. */
const MAX_ADDRESSES = 10_000;

/** Counts the requests to one server. */
export class Limits {
  private readonly requests: PerAddress;
  private readonly starts: Budget;
  private readonly guesses: PerAddress;
  /** Connections that have shown the token: wrong guesses by others from the same address do not lock them out. */
  private readonly known = new WeakSet<Socket>();

  constructor(now: () => number = Date.now) {
    this.requests = new PerAddress(REQUESTS, now);
    this.starts = new Budget(STARTS, now);
    this.guesses = new PerAddress(GUESSES, now);
  }

  /** Whether an address may make a request now. */
  admitsRequest(address: string): boolean {
    return this.requests.of(address).take(1);
  }

  /** Whether one more run may be started now. */
  admitsStart(): boolean {
    return this.starts.take(1);
  }

  /**
   * Whether a token may be checked: false if too many wrong ones came from that address, in which case even the right
   * one must wait.
   */
  admitsToken(address: string, connection: Socket): boolean {
    return this.known.has(connection) || this.guesses.of(address).hasSome;
  }

  /** Counts a token that was checked. */
  sawToken(isRight: boolean, address: string, connection: Socket): void {
    if (isRight) this.known.add(connection);
    else this.guesses.of(address).spend(1);
  }
}

class PerAddress {
  private readonly budgets = new Map<string, Budget>();

  constructor(
    private readonly rate: Rate,
    private readonly now: () => number,
  ) {}

  of(address: string): Budget {
    const known = this.budgets.get(address);
    if (known !== undefined) return known;
    if (this.budgets.size >= MAX_ADDRESSES) this.forget();
    const budget = new Budget(this.rate, this.now);
    this.budgets.set(address, budget);
    return budget;
  }

  private forget(): void {
    for (const [address, budget] of this.budgets) if (budget.isFull) this.budgets.delete(address);
    // All are active at once, so no single account is worth the memory.
    if (this.budgets.size >= MAX_ADDRESSES) this.budgets.clear();
  }
}
