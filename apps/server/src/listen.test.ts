import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listen } from './listen.js';
import type { ListenOptions } from './listen.js';
import { ServerBench } from './testing/server-bench.js';

let bench: ServerBench;
beforeEach(async () => {
  bench = await ServerBench.open();
});
afterEach(() => bench.close());

const wanted = (port: number, runsDir = bench.runsDir): ListenOptions => ({
  host: '127.0.0.1',
  port,
  runsDir,
  isPortAsked: false,
  joins: true,
  asked: { host: undefined, token: undefined, allowHosts: [], use: [] },
  build: 'a build',
  secret: undefined,
});
const portOf = (url: string): number => Number(new URL(url).port);

describe('the port', () => {
  it('is the next one where another program has it', async () => {
    const other = createServer((_, response) => response.end('<html>'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const place = await listen(bench.app, wanted(port));
    expect(place.kind).toBe('listening');
    expect(place.kind === 'listening' && portOf(place.url)).toBeGreaterThan(port);
    other.close();
  });

  it('needs no second server where one on the same runs has it', async () => {
    const first = await listen(bench.app, wanted(0));
    if (first.kind !== 'listening') throw new Error('the first server does not listen');
    const port = portOf(first.url);
    const { app } = await ServerBench.open({ runsDir: bench.runsDir });
    expect(await listen(app, wanted(port))).toMatchObject({ kind: 'alreadyThere', url: first.url });
    const elsewhere = await listen(app, wanted(port, join(bench.runsDir, 'other')));
    expect(elsewhere.kind).toBe('listening');
    await app.close();
  });

  it('is none where the address is not this machine’s', async () => {
    const place = await listen(bench.app, { ...wanted(0), host: '192.0.2.1' });
    expect(place).toMatchObject({ kind: 'refused', message: expect.stringContaining('192.0.2.1') as string });
  });
});
