import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunEvent } from '@grokscope/schema';
import type { RunReader } from '@grokscope/store';
import { SessionFailure } from '../errors.js';
import { Outbox } from '../socket/outbox.js';
import type { OwnRun } from './registry.js';
import { RunFeed } from './run-feed.js';
import { RunFollower } from './run-follower.js';

let folder: string;
let written: number;
let own: { subject: Subject<RunEvent>; run: OwnRun } | undefined;
let feed: RunFeed | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grokscope-follower-'));
  written = 0;
  own = undefined;
});
afterEach(async () => {
  feed?.close();
  await rm(folder, { recursive: true, force: true });
});

const event = (seq: number): RunEvent =>
  ({ type: 'metrics', runId: 'r', seq, time: 't', step: seq }) as unknown as RunEvent;
const write = async (count: number): Promise<void> => {
  const lines = Array.from({ length: count }, () => `${JSON.stringify(event(written++))}\n`);
  await appendFile(join(folder, 'events.ndjson'), lines.join(''));
};
const beginProcess = (): void => {
  const subject = new Subject<RunEvent>();
  own = { subject, run: { run: { events$: subject } } as unknown as OwnRun };
};
const openFeed = (): RunFeed => {
  feed = new RunFeed({ folder, record: { runId: 'r' } } as RunReader, () => own?.run);
  return feed;
};

/** A client whose connection can be blocked. */
class FakeClient {
  readonly heard: (number | string)[] = [];
  failure: unknown;
  bufferedAmount = 0;
  private readonly outbox: Outbox;
  private readonly follower: RunFollower;

  constructor(source: RunFeed, since: number) {
    this.outbox = new Outbox(this);
    const caughtUp = (seq: number): void => this.outbox.message({ type: `caughtUp ${seq}` });
    this.follower = new RunFollower(source, since, this.outbox, caughtUp, (error) => (this.failure = error));
  }

  send(data: unknown): void {
    const message = JSON.parse(String(data)) as { type: string; event?: RunEvent };
    this.heard.push(message.event?.seq ?? message.type);
  }

  get seqs(): (number | string)[] {
    return this.heard.filter((entry) => typeof entry === 'number');
  }

  close(): void {
    this.follower.close();
    this.outbox.close();
  }
}
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

describe('a follower', () => {
  it('hears what is stored, that this was all, and what happens then', async () => {
    beginProcess();
    await write(3);
    const client = new FakeClient(openFeed(), 0);
    await expect.poll(() => client.heard).toEqual([1, 2, 'caughtUp 2']);
    await write(1);
    own!.subject.next(event(3));
    expect(client.heard.at(-1)).toBe(3);
    client.close();
  });

  it('is told at once that it is caught up where there is nothing yet', async () => {
    const client = new FakeClient(openFeed(), -1);
    await expect.poll(() => client.heard).toEqual(['caughtUp -1']);
    client.close();
  });

  it('hears a run of another process, a run that outlives its process, and one that is resumed', async () => {
    const client = new FakeClient(openFeed(), -1);
    await write(2);
    await expect.poll(() => client.seqs).toEqual([0, 1]);
    beginProcess();
    await write(1);
    await expect.poll(() => client.seqs).toEqual([0, 1, 2]);
    const { subject } = own!;
    await write(1);
    own = undefined;
    subject.complete();
    await expect.poll(() => client.seqs, { timeout: 3000 }).toEqual([0, 1, 2, 3]);
    await write(1);
    await expect.poll(() => client.seqs, { timeout: 3000 }).toEqual([0, 1, 2, 3, 4]);
    client.close();
  });

  it('hears every event once and in order, whatever is lost, late, told twice or clogged', async () => {
    const action = fc.oneof(
      fc.record({ kind: fc.constant('write' as const), count: fc.integer({ min: 1, max: 300 }) }),
      fc.record({ kind: fc.constant('tell' as const), back: fc.nat({ max: 3 }) }),
      fc.record({ kind: fc.constant('clog' as const), who: fc.nat({ max: 2 }) }),
      fc.record({ kind: fc.constant('free' as const), who: fc.nat({ max: 2 }) }),
      fc.record({ kind: fc.constant('join' as const), since: fc.integer({ min: -1, max: 400 }) }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.nat({ max: 15 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 25 }), async (actions) => {
        await writeFile(join(folder, 'events.ndjson'), '');
        written = 0;
        beginProcess();
        const source = openFeed();
        const clients = [{ since: -1, client: new FakeClient(source, -1) }];
        for (const act of actions) {
          if (act.kind === 'write') await write(act.count);
          else if (act.kind === 'tell' && written > act.back)
            own!.subject.next(event(written - 1 - act.back));
          else if (act.kind === 'join')
            clients.push({ since: act.since, client: new FakeClient(source, act.since) });
          else if (act.kind === 'wait') await delay(act.ms);
          else if (act.kind === 'clog' || act.kind === 'free')
            clients[act.who % clients.length]!.client.bufferedAmount = act.kind === 'clog' ? 1 << 20 : 0;
        }
        await write(1);
        own!.subject.next(event(written - 1));
        for (const { client } of clients) client.bufferedAmount = 0;
        for (const { since, client } of clients) {
          const expected = range(since + 1, written);
          // Those events, and that it is caught up.
          await expect
            .poll(() => client.heard.length, { interval: 5, timeout: 5000 })
            .toBe(expected.length + 1);
          expect(client.seqs).toEqual(expected);
          client.close();
        }
        source.close();
      }),
      { seed: 6, numRuns: 25 },
    );
  });

  it('says so where the file is damaged, and where the run is deleted', async () => {
    await write(2);
    await appendFile(join(folder, 'events.ndjson'), 'no json\n');
    const client = new FakeClient(openFeed(), -1);
    await expect.poll(() => client.failure).toBeInstanceOf(SessionFailure);
    expect(client.failure).toMatchObject({
      error: { _tag: 'Store', error: { _tag: 'MalformedRun', line: 3 } },
    });
    expect(client.seqs).toEqual([0, 1]);
    client.close();
    feed?.close();
    await rm(join(folder, 'events.ndjson'));
    const other = new FakeClient(openFeed(), -1);
    await rm(folder, { recursive: true });
    await expect
      .poll(() => other.failure, { timeout: 5000 })
      .toMatchObject({ error: { error: { _tag: 'RunNotFound', runId: 'r' } } });
    other.close();
  });
});

describe('a feed', () => {
  it('remembers places in a long file, so that nobody has to read it from the start', async () => {
    await write(30_000);
    const source = openFeed();
    await expect.poll(() => source.lastSeq).toBe(29_999);
    const near = source.nearest(25_000);
    expect(near.seq).toBeLessThanOrEqual(25_001);
    expect(near.seq).toBeGreaterThan(5_000);
    expect(source.nearest(-1)).toEqual({ seq: 0, offset: 0 });
  });
});
