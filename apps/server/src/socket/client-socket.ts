import { WebSocket } from 'ws';
import { MAX_MESSAGE_BYTES } from './socket-session.js';

/** Beyond this size a connection ends without reading; a message below it that is too long only gets an error. */
export const MAX_SOCKET_BYTES = 4 << 20;

/** The protocol's close code for a message beyond `maxPayload`; only ws itself closes with it. */
const MESSAGE_TOO_BIG = 1009;

/** The server's end of a connection: before the close frame, it sends a message that says what was too long. */
export class ClientSocket extends WebSocket {
  override close(code?: number, reason?: string | Buffer): void {
    if (code === MESSAGE_TOO_BIG && this.readyState === WebSocket.OPEN) {
      const message = `a message has at most ${MAX_MESSAGE_BYTES} bytes; one beyond ${MAX_SOCKET_BYTES} ends the connection`;
      this.send(JSON.stringify({ type: 'error', code: 'messageTooLarge', message }));
    }
    super.close(code, reason);
  }
}
