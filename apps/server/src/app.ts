import { existsSync } from 'node:fs';
import type { Writable } from 'node:stream';
import compress from '@fastify/compress';
import fastifyStatic from '@fastify/static';
import websocket from '@fastify/websocket';
import type { WebsocketPluginOptions } from '@fastify/websocket';
import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { Announcement, Health } from '@grokscope/schema';
import type { AccessRules } from './access/access.js';
import { isToken } from './access/access.js';
import { readBoundedJson } from './access/bounded-json.js';
import { ClientSocket, MAX_SOCKET_BYTES } from './socket/client-socket.js';
import { describe } from './requests/describe.js';
import { refused } from './errors.js';
import { answerUnroutable, guard } from './access/guard.js';
import { folderName } from './listen.js';
import * as limitsOf from './access/limits.js';
import type { RunRegistry } from './registry/registry.js';
import { replyError } from './routes/reply.js';
import { catalogueRoutes } from './routes/catalogue.js';
import { runCareRoutes } from './routes/run-care.js';
import { runDataRoutes } from './routes/run-data.js';
import { runExportRoute } from './routes/run-export.js';
import { runRoutes } from './routes/runs.js';
import { routeSchemas } from './routes/schemas.js';
import { bySchema, requireResponseSchemas } from './routes/serializing.js';
import { createFeeds } from './registry/run-feeds.js';
import { serveSocket } from './socket/socket-session.js';
import { refuseUnknownQueries } from './access/strict-query.js';
import { answerUnreadable } from './access/unreadable.js';

/** The components of the server. */
export interface AppOptions {
  readonly registry: RunRegistry;
  readonly rules: AccessRules;
  readonly version: string;
  /** The settings of the server, for clients that know the secret of its runs folder; absent: it announces nothing. */
  readonly announcement?: Announcement | undefined;
  /** Folder of the built page; if it is missing, `/` says how to build it. */
  readonly pageFolder: string;
  /** The folder of files that requests may name; absent: they may name none. */
  readonly dataFolder?: string | undefined;
  readonly logLevel: string;
  /** Where the log goes; default: standard error. */
  readonly log?: Writable;
}

const HEARTBEAT_MS = 30_000;

/** Builds the server; it does not listen yet. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { registry, rules, version } = options;
  const app = Fastify({
    bodyLimit: limitsOf.MAX_BODY_BYTES,
    requestTimeout: limitsOf.REQUEST_WITHIN_MS,
    // By default Node checks twice a minute, so that a limit of 15 s would take effect after 34.
    http: { connectionsCheckingInterval: limitsOf.LOOK_AT_REQUESTS_MS },
    frameworkErrors: answerUnroutable,
    clientErrorHandler: answerUnreadable,
    schemaController: bySchema,
    // Standard output is reserved for the address.
    logger: { level: options.logLevel, stream: options.log ?? process.stderr },
  });
  // Schemas describe and serialise; decoding is done by @grokscope/schema, which lists every fault.
  app.setValidatorCompiler(() => () => true);
  // Only JSON is accepted: a page of another origin cannot send it without a preflight.
  app.removeContentTypeParser('text/plain');
  readBoundedJson(app);
  answerErrors(app);
  app.server.headersTimeout = limitsOf.HEADERS_WITHIN_MS;
  app.server.maxConnections = limitsOf.MAX_CONNECTIONS;
  const limits = new limitsOf.Limits();
  const isAuthorized = guard(app, { rules, limits, clients: () => app.websocketServer.clients.size });

  await app.register(compress, {
    // Lines and lists shrink to a tenth; weights are noise and do not.
    customTypes: /^(?:application\/(?:json|x-ndjson)|text\/)/,
    threshold: limitsOf.COMPRESSED_FROM_BYTES,
    // Larger responses are compressed off the event loop.
    syncThreshold: limitsOf.COMPRESSED_AT_ONCE_BYTES,
    encodings: ['br', 'gzip'],
    // A body of a megabyte must not expand to a gigabyte.
    globalDecompression: false,
  });
  await describe(app, version);
  // ws needs only a class; the option's type also requires the static members of its own class.
  const sockets = { maxPayload: MAX_SOCKET_BYTES, WebSocket: ClientSocket } as NonNullable<
    WebsocketPluginOptions['options']
  >;
  await app.register(websocket, { options: sockets });
  refuseUnknownQueries(app);
  const feeds = createFeeds(registry);
  await app.register(async (scope) => {
    requireResponseSchemas(scope);
    scope.get('/healthz', { schema: routeSchemas.health }, async (request): Promise<Health> => {
      const { announcement: settings } = options;
      const who = { ok: true as const, name: 'grokscope', version, runs: folderName(registry.runsDir) };
      const body = settings === undefined ? who : { ...who, settings };
      return isAuthorized(request) ? { ...body, runsDir: registry.runsDir } : body;
    });
    scope.get('/api/openapi.json', { schema: routeSchemas.description }, async () => app.swagger());
    runRoutes(scope, registry, limits, options.dataFolder);
    runDataRoutes(scope, registry);
    runCareRoutes(scope, registry);
    runExportRoute(scope, registry);
    catalogueRoutes(scope, registry);
    scope.get('/ws', { websocket: true, schema: { hide: true } }, (socket, request) => {
      const { ip, raw } = request;
      const tryToken = (token: string): boolean => {
        if (!limits.admitsToken(ip, raw.socket)) return false;
        const isRight = isToken(token, rules);
        limits.sawToken(isRight, ip, raw.socket);
        return isRight;
      };
      serveSocket(socket, { registry, feeds, tryToken, isAuthorized: isAuthorized(request) });
      keepAlive(socket);
    });
  });
  await servePage(app, options.pageFolder);
  return app;
}

function answerErrors(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) =>
    replyError(reply, refused(404, 'notFound', `there is no ${request.method} ${request.url.slice(0, 200)}`)),
  );
  app.setErrorHandler((error: Error & { statusCode?: number; code?: string }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return replyError(reply, refused(status, error.code ?? 'badRequest', error.message));
    request.log.error(error);
    return replyError(reply, refused(500, 'defect', 'something went wrong in the server; see its log'));
  });
}

async function servePage(app: FastifyInstance, folder: string): Promise<void> {
  if (existsSync(folder)) {
    await app.register(fastifyStatic, {
      root: folder,
      // The build places the Brotli and gzip forms of a text beside it.
      preCompressed: true,
      setHeaders: (reply, path) => {
        // Names of assets contain a hash of their content; the page's own name does not.
        const isAsset = /[\\/]assets[\\/]/.test(path);
        reply.header('cache-control', isAsset ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
    return;
  }
  app.get('/', { schema: { hide: true } }, (_request, reply) =>
    reply
      .type('text/plain; charset=utf-8')
      .send('The page is not built. `npm start` builds it; the API is under /api.\n'),
  );
}

interface Beating {
  readonly ping: () => void;
  readonly terminate: () => void;
  readonly on: (event: 'pong' | 'close', listener: () => void) => void;
}

/** Ends a connection whose other side has vanished without closing it. */
function keepAlive(socket: Beating): void {
  let isAlive = true;
  const timer = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, HEARTBEAT_MS);
  socket.on('pong', () => (isAlive = true));
  socket.on('close', () => clearInterval(timer));
}
