import fc from 'fast-check';

/* What a hostile, broken or careless client may send, for a fuzzer; seeded by the caller. */

const runIds = fc.constantFrom(
  'nobody',
  '..',
  '../../etc/passwd',
  '%2e%2e%2f',
  '..\\..\\x',
  '\0',
  'A'.repeat(300),
  '__proto__',
  'constructor',
  '-',
  '',
);
const anyId = fc.oneof(runIds, fc.string({ maxLength: 300, unit: 'binary' }));
const number = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(-0, 1e308, Number.MAX_SAFE_INTEGER, -1, 0.5),
);
const thing = fc.oneof(fc.jsonValue({ maxDepth: 3 }), number, anyId);

/** A message close to a valid one: right keys with wrong values, or wrong keys with right values. */
const nearMessage = fc.oneof(
  fc.record({ type: fc.constant('subscribe'), runId: anyId, since: thing }, { requiredKeys: ['type'] }),
  fc.record({ type: fc.constant('unsubscribe'), runId: anyId }, { requiredKeys: ['type'] }),
  fc.record(
    { type: fc.constant('watch'), runId: anyId, names: fc.oneof(fc.array(anyId), thing), everySteps: thing },
    { requiredKeys: ['type'] },
  ),
  fc.record(
    {
      type: fc.constant('command'),
      runId: anyId,
      command: fc.constantFrom('pause', 'resume', 'step', 'stop', 'set', 'interrupt', 'toString'),
      n: thing,
      path: anyId,
      value: thing,
    },
    { requiredKeys: ['type'] },
  ),
  fc.record({ type: fc.constantFrom('ping', 'auth', 'event', '__proto__', 'fly'), token: thing }),
);

const deep = fc
  .integer({ min: 1, max: 20_000 })
  .map((depth) => `{"type":"ping","x":${'['.repeat(depth)}${']'.repeat(depth)}}`);
const large = fc
  .integer({ min: 60_000, max: 200_000 })
  .map((length) => `{"type":"ping","x":"${'y'.repeat(length)}"}`);
const prototype = fc.constant('{"__proto__":{"type":"ping"},"type":"subscribe","runId":"nobody"}');

/** The text of a message that no client should send. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: nearMessage.map((message) => JSON.stringify(message)) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(nearMessage, fc.nat({ max: 60 }))
      .map(([message, length]) => JSON.stringify(message).slice(0, length)),
  },
  { weight: 3, arbitrary: fc.string({ maxLength: 200, unit: 'binary' }) },
  { weight: 2, arbitrary: thing.map((value) => JSON.stringify(value) ?? '') },
  { weight: 1, arbitrary: deep },
  { weight: 1, arbitrary: large },
  { weight: 1, arbitrary: prototype },
);

/** A message as it goes over a WebSocket: text, or bytes where none are allowed. */
export const hostileMessage: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  { weight: 9, arbitrary: hostileText },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 500 }) },
);

/** A request over HTTP. */
export interface HostileRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

const segment = fc.oneof(
  runIds.map(encodeURIComponent),
  fc.constantFrom(
    '%2e%2e',
    '..%2f..%2fetc%2fpasswd',
    '%00',
    '%c0%ae%c0%ae',
    '%',
    '%zz',
    '..;',
    '.',
    '%5c..%5c',
  ),
  fc.string({ maxLength: 150 }).map(encodeURIComponent),
);
const route = fc.constantFrom(
  '/api/runs/:',
  '/api/runs/:/events',
  '/api/runs/:/outline',
  '/api/runs/:/series',
  '/api/runs/:/checkpoints',
  '/api/runs/:/checkpoints/:',
  '/api/runs/:/analysis/:',
  '/api/runs/:/commands',
  '/api/runs/:/notes',
  '/api/runs/:/prune',
  '/api/compare',
  '/api/:',
  '/assets/:',
  '/:/:',
);
const query = fc.oneof(
  fc.constant(''),
  fc
    .tuple(fc.constantFrom('since', 'metric', 'points', '__proto__', 'x'), thing)
    .map(([key, value]) => `?${key}=${encodeURIComponent(JSON.stringify(value) ?? '')}`),
);
const path = fc
  .tuple(route, fc.array(segment, { minLength: 2, maxLength: 2 }), query)
  .map(([pattern, [first, second], search]) => {
    let n = 0;
    return pattern.replaceAll(':', () => [first, second][n++ % 2]!) + search;
  });
const spec = fc.record(
  {
    task: fc.oneof(fc.record({ kind: fc.constantFrom('modularAddition', 'rot13', 'fly'), p: thing }), thing),
    model: fc.oneof(fc.record({ dModel: number, nHeads: number, nLayers: number, dMlp: number }), thing),
    data: thing,
    training: fc.oneof(fc.record({ steps: thing, batchSize: thing }), thing),
    base: anyId,
    name: anyId,
  },
  { requiredKeys: ['data'] },
);
const body = fc.oneof(
  spec.map((value) => JSON.stringify(value)),
  hostileText,
  fc
    .record({ preset: fc.oneof(fc.constant('nobody'), thing), set: thing })
    .map((value) => JSON.stringify(value)),
);
const headers: fc.Arbitrary<Record<string, string>> = fc.oneof(
  fc.constant({}),
  fc.constantFrom<Record<string, string>[]>(
    { host: 'evil.example' },
    { origin: 'http://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { authorization: 'Bearer x' },
    { 'content-type': 'text/xml' },
    { 'content-encoding': 'gzip' },
    { upgrade: 'h2c', connection: 'upgrade' },
    { range: 'bytes=0-99999999999' },
    { 'x-large': 'y'.repeat(8000) },
  ),
);

/** A request that makes no sense, or that must not be granted. None of them starts or ends a run. */
export const hostileRequest: fc.Arbitrary<HostileRequest> = fc.oneof(
  fc.record({
    method: fc.constantFrom('GET', 'HEAD', 'DELETE', 'PUT', 'PATCH', 'OPTIONS', 'TRACE'),
    path,
    headers,
    body: fc.constant(undefined),
  }),
  fc.record({
    method: fc.constantFrom('POST', 'PATCH'),
    path: fc.oneof(path, fc.constant('/api/runs')),
    headers,
    body,
  }),
);

/** Bytes that are not HTTP, or begin as HTTP and go wrong. */
export const hostileBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc
    .tuple(
      fc.constantFrom(
        'GET / HTTP/1.1\r\n',
        'GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n',
        'POST /api/runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n',
        'POST /api/runs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nffffffffff\r\n',
        'GET /api/runs HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n',
        'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      ),
      fc.uint8Array({ maxLength: 100 }),
    )
    .map(([text, rest]) => Uint8Array.from([...Buffer.from(text), ...rest])),
);

/** Frames that break the rules of the WebSocket protocol, after a valid handshake. */
export const hostileFrames: fc.Arbitrary<Uint8Array> = fc.oneof(
  // A reserved opcode or bit, no mask, a control frame that is too long, a continuation of nothing, half a frame.
  fc
    .constantFrom(
      [0x83, 0x80, 0, 0, 0, 0],
      [0xf1, 0x80, 0, 0, 0, 0],
      [0x81, 0x01, 0x41],
      [0x89, 0xfe, 0x01, 0x00],
      [0x80, 0x80, 0, 0, 0, 0],
      [0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
      [0x81, 0xfe, 0xff],
      [0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28],
      [0x88, 0x82, 0, 0, 0, 0, 0x00, 0x01],
    )
    .map((bytes) => Uint8Array.from(bytes)),
  fc.uint8Array({ minLength: 1, maxLength: 200 }),
);
