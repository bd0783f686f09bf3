/** The events of a socket for its owner. `closed` comes once, whether it was ever open or not. */
export interface SocketHandlers {
  readonly opened: () => void;
  readonly received: (data: string | ArrayBuffer) => void;
  readonly closed: () => void;
}

export interface Socket {
  readonly send: (text: string) => void;
  readonly close: () => void;
}

export type OpenSocket = (handlers: SocketHandlers) => Socket;

/** Where a page's server accepts WebSockets: beside the page, since a proxy may put both below a path of its own. */
export const socketUrl = (page: string): string => {
  const url = new URL('ws', page);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
};

/** A browser WebSocket as an `OpenSocket`. */
export const browserSocket =
  (url: string): OpenSocket =>
  (handlers) => {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    socket.onopen = handlers.opened;
    socket.onclose = handlers.closed;
    socket.onmessage = (message: MessageEvent<string | ArrayBuffer>) => handlers.received(message.data);
    return {
      send: (text) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(text);
      },
      close: () => socket.close(),
    };
  };
