import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccessRules } from './access.js';
import { bearerToken, isAllowedHost, isForeignFetch, isOwnOrigin, isToken } from './access.js';
import type { ServerError } from '../errors.js';
import { refused } from '../errors.js';
import { SECURITY_HEADERS } from './headers.js';
import type { Limits } from './limits.js';
import { MAX_CLIENTS } from './limits.js';
import { replyError } from '../routes/reply.js';

/** The state that a guard decides by. */
export interface GuardDeps {
  readonly rules: AccessRules;
  readonly limits: Limits;
  /** The number of open WebSockets. */
  readonly clients: () => number;
}

/** Whether a request carries the token, or none is required. */
export type Authorize = (request: FastifyRequest) => boolean;

/**
 * Refuses clients that may not use this server, before anything else is processed; the page's own files and `/healthz`
 * require no token, and a WebSocket may send it in its first message.
 */
export function guard(app: FastifyInstance, { rules, limits, clients }: GuardDeps): Authorize {
  const isAuthorized = authorizer(rules, limits);

  const reasonAgainst = (request: FastifyRequest): ServerError | undefined => {
    const { host, origin, 'sec-fetch-site': site } = request.headers;
    if (!isAllowedHost(host, rules)) {
      const message = `this server does not go by the name ${JSON.stringify(host ?? '')}; --allow-host adds one`;
      return refused(403, 'hostRefused', message);
    }
    if (!isOwnOrigin(origin, host)) {
      return refused(403, 'originRefused', `pages of ${JSON.stringify(origin)} may not speak to this server`);
    }
    // Decided by the matched route: the router decodes the path first, so the raw text can be spelt in many ways.
    const path = request.routeOptions.url ?? request.url;
    const isSocket = path === '/ws';
    const isInterface = /^\/api(?:[/?]|$)/.test(path);
    if (!isSocket && !isInterface) return undefined;
    if (isForeignFetch(Array.isArray(site) ? site[0] : site)) {
      return refused(403, 'originRefused', 'pages of other sites may not speak to this server');
    }
    if (!limits.admitsRequest(request.ip)) {
      return refused(429, 'tooManyRequests', 'so many requests are more than anybody needs; wait a second');
    }
    if (isSocket && clients() >= MAX_CLIENTS) {
      return refused(503, 'tooManyClients', `${MAX_CLIENTS} clients are connected already`);
    }
    if (isSocket || isAuthorized(request)) return undefined;
    return limits.admitsToken(request.ip, request.raw.socket)
      ? refused(401, 'unauthorized', 'this server requires a token')
      : refused(429, 'tooManyTokens', 'too many wrong tokens came from this address; wait a while');
  };

  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    const error = reasonAgainst(request);
    if (error === undefined) return undefined;
    describeRefusal(reply, error);
    return replyError(reply, error);
  });
  app.addHook('onSend', async (request, reply) => {
    const isInterface = /^\/(?:api|healthz)/.test(request.routeOptions.url ?? '');
    if (isInterface) reply.header('cache-control', 'no-store');
    endRefusedUpgrade(request, reply);
  });
  return isAuthorized;
}

/** Answers a request whose URL cannot be decoded: it reaches no route and none of the hooks. */
export function answerUnroutable(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(SECURITY_HEADERS);
  endRefusedUpgrade(request, reply);
  replyError(reply, refused(400, 'badAddress', error.message.slice(0, 200)));
}

/** An upgrade that is answered like a plain request leaves its socket without an owner; it would stay open for ever. */
function endRefusedUpgrade(request: FastifyRequest, reply: FastifyReply): void {
  if (request.headers.upgrade === undefined) return;
  reply.header('connection', 'close');
  reply.raw.once('finish', () => request.raw.socket.destroySoon());
}

function describeRefusal(reply: FastifyReply, error: ServerError): void {
  if (error._tag !== 'Refused') return;
  if (error.status === 401) reply.header('www-authenticate', 'Bearer');
  if (error.status === 429 || error.status === 503) reply.header('retry-after', '1');
}

function authorizer(rules: AccessRules, limits: Limits): Authorize {
  return (request) => {
    if (rules.token === undefined) return true;
    const { ip } = request;
    const { socket } = request.raw;
    const presented = bearerToken(request.headers.authorization);
    if (presented === undefined || !limits.admitsToken(ip, socket)) return false;
    const isRight = isToken(presented, rules);
    limits.sawToken(isRight, ip, socket);
    return isRight;
  };
}
