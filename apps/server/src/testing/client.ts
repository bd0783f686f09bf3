import { WebSocket } from 'ws';
import type { RunEvent } from '@grokscope/schema';

/** A text message of the server. */
export type Message = Record<string, unknown> & { readonly type: string; readonly event?: RunEvent };

/** A WebSocket client that keeps what it receives. */
export class Client {
  readonly messages: Message[] = [];
  readonly frames: { header: Record<string, unknown>; values: number[] }[] = [];
  closeCode: number | undefined;

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (data: Buffer, isBinary) => this.hear(data, isBinary));
    socket.on('close', (code) => (this.closeCode = code));
  }

  /** Connects; rejects if the server refuses. */
  static async open(url: string, headers: Record<string, string>): Promise<Client> {
    const socket = new WebSocket(url, { headers });
    const client = new Client(socket);
    await new Promise((resolve, reject) => {
      socket.on('open', resolve);
      socket.on('error', reject);
    });
    return client;
  }

  send(message: object | string | Buffer): void {
    const isRaw = typeof message === 'string' || Buffer.isBuffer(message);
    this.socket.send(isRaw ? message : JSON.stringify(message));
  }

  close(): void {
    this.socket.terminate();
  }

  /** What was received: the seq of an event, otherwise the type of a message. */
  get heard(): (number | string)[] {
    return this.messages.map(({ type, event }) => event?.seq ?? type);
  }

  get errors(): unknown[] {
    return this.messages.filter(({ type }) => type === 'error').map(({ code }) => code);
  }

  private hear(data: Buffer, isBinary: boolean): void {
    if (!isBinary) {
      this.messages.push(JSON.parse(data.toString()) as Message);
      return;
    }
    const bytes = Uint8Array.from(data);
    const length = new DataView(bytes.buffer).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as Record<
      string,
      unknown
    >;
    this.frames.push({ header, values: [...new Float32Array(bytes.buffer, 4 + length)] });
  }
}
