/*
 * A separate process that takes locks, runs and notes on command, for tests and scripts in which several processes act
 * at one moment. Each message gets one reply.
 */
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { acquireLock } from '../lock/lock.js';
import type { HeldLock } from '../lock/lock.js';
import { reopenRunFolder } from '../run/reopen-run.js';
import { changeNotes } from '../run/run-notes.js';
import type { RunWriter } from '../run/run-writer.js';
import { CONTENDED_RUN, contendedEvent } from './contended-run.js';

/** A command to a contender; `at` is the time (Unix, in milliseconds, with fractions) at which it begins. */
export type ContenderOrder =
  | { readonly do: 'acquire'; readonly at: number; readonly folder: string; readonly name?: string }
  | { readonly do: 'release' }
  | { readonly do: 'tag'; readonly at: number; readonly runsDir: string; readonly tag: string }
  | { readonly do: 'resume'; readonly at: number; readonly runsDir: string; readonly events: number };

/** Its reply; `error` is the tag of a `StoreError`, or the message of a thrown error. */
export interface ContenderReply {
  readonly won?: boolean;
  readonly lost?: boolean;
  readonly error?: string;
  /** The number of stored events. */
  readonly stored?: number;
}

let held: HeldLock | undefined;

async function obey(order: ContenderOrder): Promise<ContenderReply> {
  if ('at' in order) waitUntil(order.at);
  switch (order.do) {
    case 'acquire': {
      const lock = await acquireLock(order.folder, order.name);
      if ('release' in lock) held = lock;
      return { won: 'release' in lock };
    }
    case 'release': {
      const loss = await held?.beat();
      await held?.release();
      held = undefined;
      return { lost: loss !== undefined };
    }
    case 'tag': {
      const result = await changeNotes(order.runsDir, CONTENDED_RUN, { addTags: [order.tag] })();
      return result._tag === 'Left' ? { error: result.left._tag } : { won: true };
    }
    case 'resume': {
      const result = await reopenRunFolder(order.runsDir, CONTENDED_RUN)();
      if (result._tag === 'Left') return { won: false, error: result.left._tag };
      const { writer, history } = result.right;
      const reply = await store(writer, history.facts.lastSeq + 1, order.events);
      await writer.close()();
      return { won: true, ...reply };
    }
    default:
      return order satisfies never;
  }
}

async function store(writer: RunWriter, from: number, events: number): Promise<ContenderReply> {
  for (let stored = 0; stored < events; stored++) {
    const result = await writer.appendEvent(contendedEvent(from + stored, process.pid))();
    if (result._tag === 'Left') return { stored, error: result.left._tag };
    // Between events, so that signals and other work get their turn.
    if (stored % 10 === 9) await delay(0);
  }
  return { stored: events };
}

/** A busy wait: a timer would fire milliseconds late. */
function waitUntil(at: number): void {
  while (performance.timeOrigin + performance.now() < at);
}

process.on('message', (order: ContenderOrder) => {
  void obey(order)
    .catch((thrown: unknown): ContenderReply => ({ error: String(thrown) }))
    .then((reply) => process.send?.(reply));
});
process.on('disconnect', () => process.exit());
process.send?.({});
