import * as E from 'fp-ts/lib/Either.js';
import type { FastifyReply } from 'fastify';
import type { ServerError } from '../errors.js';
import { httpError } from '../errors.js';

/** Answers with an error's status and body. */
export function replyError(reply: FastifyReply, error: ServerError): FastifyReply {
  const { status, body } = httpError(error);
  return reply.code(status).send(body);
}

/** Answers with the value, or with the error. */
export function replyEither<T>(reply: FastifyReply, result: E.Either<ServerError, T>): FastifyReply {
  return E.isLeft(result) ? replyError(reply, result.left) : reply.send(result.right);
}
