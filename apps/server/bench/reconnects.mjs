// Clients that come and go by the thousand: the files and memory they leave behind in the server.
import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { BenchServer } from './server.mjs';
import { mainline } from './specs.mjs';

const AT_ONCE = 50;

/** Files and sockets that a process holds; null if the system does not report them. */
function held(pid) {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return null;
  }
}

/** One client: it connects, requests much, and leaves at some stage, mostly without closing the connection. */
function comeAndGo(url, runId, n) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.on('error', reject);
    socket.on('close', resolve);
    const leave = () => (n % 3 === 0 ? socket.close() : socket.terminate());
    socket.on('open', () => {
      socket.send(JSON.stringify({ type: 'subscribe', runId, since: (n % 5) - 1 }));
      socket.send(
        JSON.stringify({ type: 'watch', runId, names: ['embed.W_E', 'unembed.W_U'], everySteps: 10 }),
      );
      if (n % 4 === 0) leave();
    });
    let heard = 0;
    socket.on('message', () => {
      heard += 1;
      if (heard === 1 + (n % 7)) leave();
    });
  });
}

/** Reconnects that must leave nothing behind: `messages` is their number. */
export async function reconnects({ messages: count }) {
  const server = await new BenchServer().start();
  try {
    const runId = await server.startRun(mainline);
    await delay(1000);
    let n = 0;
    const some = async (wanted) => {
      for (const until = n + wanted; n < until;) {
        await Promise.all(Array.from({ length: AT_ONCE }, () => comeAndGo(server.socketUrl, runId, n++)));
      }
      // Closing handshakes take a moment.
      await delay(2000);
      const { heapUsed, rss } = await server.gauge();
      return {
        reconnects: n,
        files: held(server.child.pid),
        heapMiB: heapUsed / 2 ** 20,
        rssMiB: rss / 2 ** 20,
      };
    };
    const first = await some(AT_ONCE);
    const half = await some(count / 2);
    const all = await some(count / 2);
    return { first, half, all };
  } finally {
    server.dispose();
  }
}
