// 10,000 hostile messages, requests and bytes, seeded, sent to a real server with a live run that a bystander follows:
// nothing may break, leak, or reach the bystander.
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { WebSocket } from 'ws';
import { sendBytes, sendFrames, sendRequest } from '../dist/testing/attack.js';
import { hostileBytes, hostileFrames, hostileMessage, hostileRequest } from '../dist/testing/hostile.js';
import { Crowd } from './crowd.mjs';
import { BenchServer } from './server.mjs';
import { small } from './specs.mjs';

const SEED = 4600;
const AT_ONCE = 8;

/** A connection that sends what no client should; opened again if the server closed it. */
class Attacker {
  closes = 0;
  errors = 0;

  constructor(url) {
    this.url = url;
  }

  async send(message) {
    if (this.socket?.readyState !== WebSocket.OPEN) await this.connect();
    this.socket.send(message);
  }

  connect() {
    return new Promise((resolve, reject) => {
      this.socket = new WebSocket(this.url);
      this.socket.on('open', resolve).on('error', reject);
      this.socket.on('close', () => (this.closes += 1));
      this.socket.on('message', (data, isBinary) => {
        const { type } = isBinary ? {} : JSON.parse(data.toString());
        if (type === 'error') this.errors += 1;
        if (type === 'pong') this.onPong?.();
      });
    });
  }

  /** Resolves once everything that was sent has been answered. */
  async settle() {
    const answered = new Promise((resolve) => (this.onPong = resolve));
    await this.send('{"type":"ping"}');
    await answered;
    this.socket.close();
  }
}

async function inParallel(items, use) {
  const left = items.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const item of left) await use(item);
    }),
  );
}

export async function fuzz({ messages: total }) {
  const server = await new BenchServer().start();
  const bystander = new Crowd();
  const draw = (arbitrary, share, seed) => fc.sample(arbitrary, { numRuns: Math.round(total * share), seed });
  try {
    const runId = await server.startRun({ ...small, observe: { ...small.observe, metricsEvery: 20 } });
    await bystander.tell('open', { url: server.socketUrl, runId, count: 1 });
    await bystander.tell('count');
    const target = { host: '127.0.0.1', port: Number(new URL(server.url).port) };
    const statuses = {};
    const attacker = new Attacker(server.socketUrl);
    const round = async (seed) => {
      for (const message of draw(hostileMessage, 0.25, seed)) await attacker.send(message);
      await attacker.settle();
      await inParallel(draw(hostileRequest, 0.2, seed + 1), async (request) => {
        const status = (await sendRequest(target, request)) ?? 'closed';
        statuses[status] = (statuses[status] ?? 0) + 1;
      });
      await inParallel(draw(hostileBytes, 0.025, seed + 2), (bytes) => sendBytes(target, bytes));
      await inParallel(draw(hostileFrames, 0.025, seed + 3), (bytes) => sendFrames(target, bytes));
      return server.gauge();
    };
    const before = await server.gauge();
    const first = await round(SEED);
    const second = await round(SEED + 10);
    const { state, lastSeq } = await server.run(runId);
    await delay(1000);
    const heard = await bystander.tell('read');
    const health = await fetch(`${server.url}/healthz`);
    await server.stop(runId);
    const heap = ({ heapUsed }) => Number((heapUsed / 2 ** 20).toFixed(1));
    return {
      seed: SEED,
      sent: total,
      statuses,
      errors: attacker.errors,
      bystander: {
        events: heard.events,
        gaps: heard.gaps,
        missing: Math.max(0, lastSeq - heard.most),
        p99: heard.p99,
      },
      run: state,
      healthy: health.ok && server.child.exitCode === null,
      heapMiB: { before: heap(before), afterHalf: heap(first), after: heap(second) },
    };
  } finally {
    bystander.dispose();
    server.dispose();
  }
}
