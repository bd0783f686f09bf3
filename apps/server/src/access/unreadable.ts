import { STATUS_CODES } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { refused, httpError } from '../errors.js';
import { SECURITY_HEADERS } from './headers.js';

/**
 * Answers requests that Node cannot parse, or that did not arrive in time, in the form of every other error, and ends
 * the connection.
 */
export function answerUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  // While a response is being sent, a second one would be read as a part of it. Node itself checks this field.
  const { _httpMessage: answering } = socket as { readonly _httpMessage?: ServerResponse | null };
  if (!socket.writable || answering?.headersSent === true) return void socket.destroy();
  const { status, body } = httpError(reasonOf(error.code));
  const text = JSON.stringify(body);
  const headers = {
    ...SECURITY_HEADERS,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${text}`);
}

function reasonOf(code: string | undefined): ReturnType<typeof refused> {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return refused(408, 'requestTimeout', 'the request did not arrive completely in time');
    case 'HPE_HEADER_OVERFLOW':
      return refused(431, 'headersTooLarge', 'the headers of the request are too large');
    default:
      return refused(400, 'badRequest', 'that is not an HTTP request');
  }
}
