/**
 * Lets pending messages, timers and input be handled before continuing. Sends a message to itself, because pages delay
 * timers by milliseconds and promises let nothing else in.
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
