import type { Socket } from 'node:net';
import { Budget } from './budget.js';
import type { Rate } from './budget.js';

/*
 * How much is taken from one side. No person and no script with a purpose comes near; who does is told to wait
 * (429) while everybody else is served.
 */

/** The largest body of a request. */
export const MAX_BODY_BYTES = 1 << 20;
/** Answers of so many bytes are compressed for whoever takes that. */
export const COMPRESSED_FROM_BYTES = 1024;
/** The largest that is compressed in one go. */
export const COMPRESSED_AT_ONCE_BYTES = 16 << 10;
/** A request must have come whole after so long. */
export const REQUEST_WITHIN_MS = 30_000;
/** Its headers after so long. */
export const HEADERS_WITHIN_MS = 15_000;
/** How often the two are looked at: no connection outlives its time by more. */
export const LOOK_AT_REQUESTS_MS = 500;
/** Connections at once; beyond it new ones are closed at once. */
export const MAX_CONNECTIONS = 4096;
/** WebSockets at once. */
export const MAX_CLIENTS = 1000;

/** Requests to the interface, from one address. */
const REQUESTS: Rate = { perSecond: 1000, burst: 2000 };
/** Runs started, whoever starts them. */
const STARTS: Rate = { perSecond: 2, burst: 60 };
/** Wrong tokens from one address: even a short one is not found by trying. */
const GUESSES: Rate = { perSecond: 5, burst: 50 };
/** Addresses remembered; those that were silent for a while are forgotten first. */
const MAX_ADDRESSES = 10_000;

/** Counts what one server is asked for. */
export class Limits {
  private readonly requests: PerAddress;
  private readonly starts: Budget;
  private readonly guesses: PerAddress;
  /** Connections that have shown the token: others' guesses from the same address do not lock them out. */
  private readonly known = new WeakSet<Socket>();

  constructor(now: () => number = Date.now) {
    this.requests = new PerAddress(REQUESTS, now);
    this.starts = new Budget(STARTS, now);
    this.guesses = new PerAddress(GUESSES, now);
  }

  /** Whether an address may ask for something now. */
  admitsRequest(address: string): boolean {
    return this.requests.of(address).take(1);
  }

  /** Whether one more run may be started now. */
  admitsStart(): boolean {
    return this.starts.take(1);
  }

  /**
   * Whether a token may be looked at: too many wrong ones came from that address otherwise, and even the right one
   * must wait.
   */
  admitsToken(address: string, connection: Socket): boolean {
    return this.known.has(connection) || this.guesses.of(address).hasSome;
  }

  /** Counts a token that was looked at. */
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
    // All of them active at once: then nobody's account is worth the memory.
    if (this.budgets.size >= MAX_ADDRESSES) this.budgets.clear();
  }
}
