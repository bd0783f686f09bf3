// Many clients in a separate process, which follows its parent's commands and reports what they received.
import process from 'node:process';
import { WebSocket } from 'ws';

/** @type {{ socket: WebSocket, last: number, gaps: number }[]} */
let clients = [];
/** @type {number[]} */
let delays = [];
let frames = 0;
let frameBytes = 0;
let skipped = 0;
let counted = false;

function connect({ url, runId, watch }) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    const client = { socket, last: -1, gaps: 0 };
    socket.on('open', () => {
      socket.send(JSON.stringify({ type: 'subscribe', runId }));
      if (watch) socket.send(JSON.stringify({ type: 'watch', runId, ...watch }));
    });
    socket.on('error', reject);
    socket.on('message', (data, isBinary) => {
      if (isBinary) {
        frames += 1;
        frameBytes += data.length;
        const header = JSON.parse(data.subarray(4, 4 + data.readUInt32LE(0)).toString());
        skipped += header.skipped ?? 0;
        return;
      }
      const message = JSON.parse(data.toString());
      if (message.type === 'caughtUp') return resolve(client);
      if (message.type !== 'event') return;
      const { seq, time } = message.event;
      if (seq !== client.last + 1) client.gaps += 1;
      client.last = seq;
      if (counted) delays.push(Date.now() - Date.parse(time));
    });
  });
}

const orders = {
  async open({ count, ...order }) {
    clients.push(...(await Promise.all(Array.from({ length: count }, () => connect(order)))));
    return { open: clients.length };
  },
  async count() {
    counted = true;
    delays = [];
    frames = frameBytes = skipped = 0;
    return {};
  },
  async read() {
    counted = false;
    const sorted = Float64Array.from(delays).sort();
    const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
    const gaps = clients.reduce((sum, client) => sum + client.gaps, 0);
    const last = clients.map((client) => client.last);
    const all = { events: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1), gaps };
    return { ...all, frames, frameBytes, skipped, least: Math.min(...last), most: Math.max(...last) };
  },
  async pause() {
    for (const { socket } of clients) socket.pause();
    return {};
  },
  async resume() {
    for (const { socket } of clients) socket.resume();
    return {};
  },
  async close() {
    for (const { socket } of clients) socket.terminate();
    clients = [];
    return {};
  },
};

process.on('message', ({ order, ...rest }) => {
  orders[order](rest).then(
    (answer) => process.send(answer),
    (error) => process.send({ error: String(error) }),
  );
});
