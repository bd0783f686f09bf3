import { existsSync } from 'node:fs';
import fastifyStatic from '@fastify/static';
import swagger from '@fastify/swagger';
import websocket from '@fastify/websocket';
import type { WebsocketPluginOptions } from '@fastify/websocket';
import Fastify from 'fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AccessRules } from './access.js';
import { bearerToken, isAllowedHost, isOwnOrigin, isToken } from './access.js';
import { ClientSocket, MAX_SOCKET_BYTES } from './client-socket.js';
import { refused } from './errors.js';
import { SECURITY_HEADERS } from './headers.js';
import type { RunRegistry } from './registry.js';
import { replyError } from './routes/reply.js';
import { runDataRoutes } from './routes/run-data.js';
import { runRoutes } from './routes/runs.js';
import { createFeeds } from './run-feeds.js';
import { serveSocket } from './socket-session.js';

/** What the server is made of. */
export interface AppOptions {
  readonly registry: RunRegistry;
  readonly rules: AccessRules;
  readonly version: string;
  /** Folder of the built page; where it is absent, `/` says how to build it. */
  readonly pageFolder: string;
  readonly logLevel: string;
}

const MAX_BODY_BYTES = 1 << 20;
const HEARTBEAT_MS = 30_000;

/** Builds the server; it listens to nothing yet. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { registry, rules, version } = options;
  const app = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    // Standard output is for the address.
    logger: { level: options.logLevel, stream: process.stderr },
  });
  // Schemas document; decoding is @grokscope/schema's, which lists every fault.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  // Only JSON is read: no page elsewhere can send that without being asked for its origin first.
  app.removeContentTypeParser('text/plain');
  answerErrors(app);
  guard(app, rules);

  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Grokscope', version } },
  });
  // ws asks for a class alone; the option's type wants the other statics of its own class as well.
  const sockets = { maxPayload: MAX_SOCKET_BYTES, WebSocket: ClientSocket } as NonNullable<
    WebsocketPluginOptions['options']
  >;
  await app.register(websocket, { options: sockets });
  const feeds = createFeeds(registry);
  await app.register(async (scope) => {
    scope.get('/healthz', { schema: { summary: 'Who this is' } }, async (request) => {
      const body = { ok: true, name: 'grokscope', version };
      return isToken(tokenOf(request), rules) ? { ...body, runsDir: registry.runsDir } : body;
    });
    scope.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger());
    runRoutes(scope, registry);
    runDataRoutes(scope, registry);
    scope.get('/ws', { websocket: true, schema: { hide: true } }, (socket, request) => {
      serveSocket(socket, { registry, feeds, rules, isAuthorized: isToken(tokenOf(request), rules) });
      keepAlive(socket);
    });
  });
  await servePage(app, options.pageFolder);
  return app;
}

function tokenOf(request: FastifyRequest): string | undefined {
  return bearerToken(request.headers.authorization);
}

/** Refuses who may not speak to this server; the page's own files and `/healthz` ask for no token. */
function guard(app: FastifyInstance, rules: AccessRules): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    const { host, origin } = request.headers;
    if (!isAllowedHost(host, rules)) {
      const message = `this server does not go by the name ${JSON.stringify(host ?? '')}; --allow-host adds one`;
      return replyError(reply, refused(403, 'hostRefused', message));
    }
    if (!isOwnOrigin(origin, host)) {
      const message = `pages of ${JSON.stringify(origin)} may not speak to this server`;
      return replyError(reply, refused(403, 'originRefused', message));
    }
    // The matched route decides: the router decodes the address first, so the raw text can be spelt in many ways.
    const path = request.routeOptions.url ?? request.url;
    if (/^\/api(?:[/?]|$)/.test(path) && !isToken(tokenOf(request), rules)) {
      reply.header('www-authenticate', 'Bearer');
      return replyError(reply, refused(401, 'unauthorized', 'this server asks for a token'));
    }
    return undefined;
  });
  // An upgrade that is answered like a request leaves its socket to nobody; it would stay open for ever.
  app.addHook('onSend', async (request, reply) => {
    if (request.headers.upgrade === undefined) return;
    reply.header('connection', 'close');
    reply.raw.once('finish', () => request.raw.socket.destroySoon());
  });
}

function answerErrors(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) =>
    replyError(reply, refused(404, 'notFound', `there is no ${request.method} ${request.url.slice(0, 200)}`)),
  );
  app.setErrorHandler((error: Error & { statusCode?: number; code?: string }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return replyError(reply, refused(status, error.code ?? 'badRequest', error.message));
    request.log.error(error);
    return replyError(reply, refused(500, 'defect', 'something went wrong in the server; its log says what'));
  });
}

async function servePage(app: FastifyInstance, folder: string): Promise<void> {
  if (existsSync(folder)) {
    await app.register(fastifyStatic, {
      root: folder,
      setHeaders: (reply, path) => {
        // Names of assets carry a hash of their content; the page's own does not.
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

/** Ends a connection whose other side has vanished without a word. */
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
