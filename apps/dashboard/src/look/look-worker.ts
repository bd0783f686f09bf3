// A Web Worker that analyses networks, so that nothing heavy runs on the page's own thread.
import { createLooker } from './looker.js';
import type { ToLooker } from './protocol.js';

const take = createLooker({
  post: (message) => self.postMessage(message),
  breathe: () => new Promise((resolve) => setTimeout(resolve, 0)),
  now: () => performance.now(),
});
self.onmessage = ({ data }: MessageEvent<ToLooker>) => take(data);
