// Loaded into the measured server: reports its memory and processor time.
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
