/**
 * Lets messages, timers and input that wait be handled before going on. A message to oneself, because timers are
 * held back for milliseconds in pages and promises let nothing else in.
 */
export function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
