import { request } from 'node:http';
import { connect } from 'node:net';
import type { HostileRequest } from './hostile.js';

/** Where a server listens on this machine. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

const PATIENCE_MS = 10_000;

/** Status of a request whose path is sent exactly as written; undefined if the server hung up. */
export function sendRequest({ host, port }: Target, hostile: HostileRequest): Promise<number | undefined> {
  const { method, path, body } = hostile;
  const headers = {
    host: 'localhost',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...hostile.headers,
  };
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, method, path, headers, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
      response.on('error', () => resolve(undefined));
    });
    sent.on('error', () => resolve(undefined));
    sent.on('upgrade', (_, socket) => {
      socket.destroy();
      resolve(101);
    });
    sent.setTimeout(PATIENCE_MS, () => reject(new Error(`no answer to ${method} ${path}`)));
    sent.end(body);
  });
}

/** Sends bytes to the port, reads the response for a moment, and leaves without closing properly. */
export function sendBytes({ host, port }: Target, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => socket.write(bytes));
    const leave = (): void => {
      socket.destroy();
      resolve();
    };
    socket.on('error', leave).on('data', leave).on('close', leave);
    setTimeout(leave, 20);
  });
}

/** Opens a WebSocket by hand and then sends these raw bytes. */
export function sendFrames({ host, port }: Target, bytes: Uint8Array): Promise<void> {
  const handshake = [
    ...['GET /ws HTTP/1.1', `Host: localhost:${port}`, 'Connection: Upgrade', 'Upgrade: websocket'],
    ...['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', '', ''],
  ].join('\r\n');
  return new Promise((resolve) => {
    const socket = connect(port, host, () => socket.write(handshake));
    const leave = (): void => {
      socket.destroy();
      resolve();
    };
    socket.once('data', () => {
      socket.write(bytes);
      socket.once('data', leave);
      setTimeout(leave, 20);
    });
    socket.on('error', leave).on('close', leave);
  });
}
