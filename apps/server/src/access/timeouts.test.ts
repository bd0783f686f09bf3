import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HEADERS_WITHIN_MS, LOOK_AT_REQUESTS_MS, REQUEST_WITHIN_MS } from './limits.js';
import { ServerBench } from '../testing/server-bench.js';

let bench: ServerBench;
beforeEach(async () => {
  bench = await ServerBench.open();
});
afterEach(() => bench.close());

/** Sends the beginning of a request, then nothing; returns what the server sends before it hangs up. */
async function answerTo(beginning: string): Promise<string> {
  const { port } = await bench.listening();
  return new Promise((resolve, reject) => {
    let said = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(beginning));
    socket.setEncoding('latin1').on('data', (text: string) => (said += text));
    socket.on('close', () => resolve(said)).on('error', reject);
  });
}

const errorIn = (answer: string): unknown =>
  (JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))) as { error: unknown }).error;

describe('a request that does not come whole', () => {
  it('is given the time that is promised, and hardly more', () => {
    expect(bench.app.server).toMatchObject({
      headersTimeout: 15_000,
      requestTimeout: 30_000,
      connectionsCheckingInterval: 500,
    });
    expect([HEADERS_WITHIN_MS, REQUEST_WITHIN_MS, LOOK_AT_REQUESTS_MS]).toEqual([15_000, 30_000, 500]);
  });

  // With shortened times; if connections were checked only twice a minute, the test's own time would run out first.
  it.each([
    ['headers', 'GET /healthz HTTP/1.1\r\nHost: local'],
    [
      'body',
      'POST /api/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    ],
    ['first word', ''],
  ])(
    'loses its connection when its time for the %s is up',
    async (_, beginning) => {
      bench.app.server.headersTimeout = 100;
      bench.app.server.requestTimeout = 100;
      const answer = await answerTo(beginning);
      expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
      expect(errorIn(answer)).toMatchObject({ code: 'requestTimeout' });
    },
    10_000,
  );
});

describe('what is no request', () => {
  it.each([
    ['other words', 'SSH-2.0-OpenSSH_9.6\r\n', 400, 'badRequest'],
    ['headers without an end', `GET / HTTP/1.1\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'headersTooLarge'],
  ])('as %s, is told so like any other error', async (_, text, status, code) => {
    const answer = await answerTo(text);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain('x-content-type-options: nosniff');
    expect(errorIn(answer)).toMatchObject({ code });
  });
});
