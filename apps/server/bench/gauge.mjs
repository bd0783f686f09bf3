// Loaded into the server that is measured: answers how much memory and processor time it has used.
import process from 'node:process';

process.on('message', (message) => {
  if (message !== 'gauge') return;
  globalThis.gc();
  const { heapUsed, rss, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  process.send({ heapUsed, rss, external, processorMs: (user + system) / 1000 });
});
// The channel must not keep the server alive.
process.channel?.unref();
