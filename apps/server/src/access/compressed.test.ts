import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServerBench, smallSpec } from '../testing/server-bench.js';
import { metrics } from '../testing/fake-runs.js';

const SCRIPT = `export const words = ${JSON.stringify('grokking '.repeat(2000))};\n`;

let pageFolder: string;
let bench: ServerBench;
beforeEach(async () => {
  pageFolder = await mkdtemp(join(tmpdir(), 'grokscope-page-'));
  const script = join(pageFolder, 'assets', 'index-abc.js');
  await mkdir(join(pageFolder, 'assets'));
  await writeFile(join(pageFolder, 'index.html'), '<!doctype html>');
  await writeFile(script, SCRIPT);
  await writeFile(`${script}.br`, brotliCompressSync(SCRIPT));
  await writeFile(`${script}.gz`, gzipSync(SCRIPT));
  await writeFile(join(pageFolder, 'assets', 'plain-abc.js'), SCRIPT);
  bench = await ServerBench.open({ pageFolder });
});
afterEach(async () => {
  await bench.close();
  await rm(pageFolder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** A response as it came over the wire. */
async function fetched(path: string, accepts: string | undefined, method = 'GET'): Promise<Answer> {
  const { port } = await bench.listening();
  const headers = { host: 'localhost', ...(accepts === undefined ? {} : { 'accept-encoding': accepts }) };
  return new Promise((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', path, method, headers, agent: false }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('end', () =>
        resolve({ status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(pieces) }),
      );
    });
    asked.on('error', reject).end();
  });
}

const BROWSER = 'gzip, deflate, br, zstd';

describe('a script of the page', () => {
  const path = '/assets/index-abc.js';

  it('comes in the form that the build laid beside it', async () => {
    const { headers, bytes } = await fetched(path, BROWSER);
    expect(headers).toMatchObject({
      'content-encoding': 'br',
      'content-type': expect.stringMatching(/^(?:text|application)\/javascript/) as string,
      'content-length': String(bytes.length),
      'cache-control': 'public, max-age=31536000, immutable',
      vary: expect.stringContaining('accept-encoding') as string,
    });
    expect(bytes.length).toBeLessThan(SCRIPT.length / 10);
    expect(brotliDecompressSync(bytes).toString()).toBe(SCRIPT);
    const zipped = await fetched(path, 'gzip');
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(zipped.bytes).toString()).toBe(SCRIPT);
  });

  it.each([undefined, 'identity', 'br;q=0, gzip;q=0'])(
    'comes as it is to who accepts %j',
    async (accepts) => {
      const { headers, bytes } = await fetched(path, accepts);
      expect(headers['content-encoding']).toBeUndefined();
      expect(bytes.toString()).toBe(SCRIPT);
    },
  );

  it('comes as it is where the build laid nothing beside it, or compressed by the way', async () => {
    const { headers, bytes } = await fetched('/assets/plain-abc.js', BROWSER);
    const text = headers['content-encoding'] === 'br' ? brotliDecompressSync(bytes) : bytes;
    expect(text.toString()).toBe(SCRIPT);
  });
});

describe('an answer of the interface', () => {
  it('is compressed where it is long and wanted so, whole or in pieces', async () => {
    const runId = await bench.started();
    for (let step = 0; step < 3000; step++) bench.runs.next(runId, metrics(step));
    await bench.end(runId, 'completed', 3000);
    for (const path of [
      `/api/runs/${runId}/events`,
      `/api/runs/${runId}/series?metric=trainLoss&points=3000`,
    ]) {
      const plain = await fetched(path, undefined);
      expect(plain.headers['content-encoding']).toBeUndefined();
      const short = await fetched(path, BROWSER);
      expect(short.headers).toMatchObject({ 'content-encoding': 'br', 'cache-control': 'no-store' });
      expect(short.headers['content-type']).toBe(plain.headers['content-type']);
      expect(brotliDecompressSync(short.bytes).equals(plain.bytes)).toBe(true);
      expect(short.bytes.length).toBeLessThan(plain.bytes.length / 4);
    }
  });

  it('is left as it is where it is short, or weights, or nothing', async () => {
    const runId = await bench.finished();
    for (const path of ['/healthz', `/api/runs/${runId}/checkpoints`, `/api/runs/${runId}/checkpoints/10`]) {
      expect((await fetched(path, BROWSER)).headers['content-encoding'], path).toBeUndefined();
    }
    const gone = await fetched(`/api/runs/${runId}`, BROWSER, 'DELETE');
    expect([gone.status, gone.bytes.length]).toEqual([204, 0]);
  });

  it('is never made of a body that grows as it is read', async () => {
    const bomb = gzipSync(JSON.stringify({ ...smallSpec, name: 'x'.repeat(50 << 20) }));
    expect(bomb.length).toBeLessThan(1 << 20);
    const answer = await bench.app.inject({
      method: 'POST',
      url: '/api/runs',
      headers: { host: 'localhost', 'content-type': 'application/json', 'content-encoding': 'gzip' },
      payload: bomb,
    });
    expect(answer.statusCode).toBe(400);
    expect(bench.runs.items.size).toBe(0);
  });
});
