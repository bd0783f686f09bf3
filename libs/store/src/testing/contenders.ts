import { fork, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import process from 'node:process';
import type { ContenderOrder, ContenderReply } from './contender.js';

const CONTENDER_URL = new URL('../../dist/testing/contender.js', import.meta.url);
/** The time it takes to reach every process before the moment comes. */
const LEAD_MS = 15;
type Order<Kind = ContenderOrder> = Kind extends { at: number } ? Omit<Kind, 'at'> : Kind;

/** Several processes that want the same thing at one moment; they start from built files. */
export class Contenders {
  private constructor(readonly processes: readonly ChildProcess[]) {}

  /** Starts `count` processes and waits until they listen. */
  static async start(count: number): Promise<Contenders> {
    const processes = Array.from({ length: count }, () => fork(CONTENDER_URL, { execArgv: [] }));
    await Promise.all(processes.map((child) => once(child, 'message')));
    return new Contenders(processes);
  }

  /** Tells each what to do, all within `withinMs` of one moment, and waits for their replies. */
  async tell(orderOf: (n: number) => Order, withinMs = 0): Promise<readonly ContenderReply[]> {
    const at = Date.now() + LEAD_MS;
    return Promise.all(
      this.processes.map(async (child, n) => {
        const reply = once(child, 'message') as Promise<[ContenderReply]>;
        child.send({ ...orderOf(n), at: at + Math.random() * withinMs });
        return (await reply)[0];
      }),
    );
  }

  /** Ends the processes. */
  stop(): void {
    for (const child of this.processes) child.kill('SIGKILL');
  }
}

/** A lock as left by a killed process: its pid belongs to no process. */
export function lockOfTheDead(): string {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  return JSON.stringify({ pid, host: hostname(), since: '2026-01-02T03:04:05.000Z', processStart: '1' });
}
