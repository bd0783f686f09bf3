import { WebSocket } from 'ws';
import { MAX_MESSAGE_BYTES } from './socket-session.js';

/** Beyond this a connection ends unread; up to it a message that is too long is only answered with an error. */
export const MAX_SOCKET_BYTES = 4 << 20;

/** Close code of the protocol for a message beyond `maxPayload`; only ws itself closes with it. */
const MESSAGE_TOO_BIG = 1009;

/** The server's end of a connection: says in words, before the close frame, which message was too long. */
export class ClientSocket extends WebSocket {
  override close(code?: number, reason?: string | Buffer): void {
    if (code === MESSAGE_TOO_BIG && this.readyState === WebSocket.OPEN) {
      const message = `a message has at most ${MAX_MESSAGE_BYTES} bytes; one beyond ${MAX_SOCKET_BYTES} ends the connection`;
      this.send(JSON.stringify({ type: 'error', code: 'messageTooLarge', message }));
    }
    super.close(code, reason);
  }
}
