import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { FastifyReply } from 'fastify';
import type { ServerError } from '../errors.js';
import { httpError } from '../errors.js';

/** Sends an error's status and body. */
export function replyError(reply: FastifyReply, error: ServerError): FastifyReply {
  const { status, body } = httpError(error);
  return reply.code(status).send(body);
}

/** The end of a route's pipe: sends the result of the task with `status`, or its error. */
export const replyWith =
  (reply: FastifyReply, status = 200) =>
  (task: TE.TaskEither<ServerError, unknown>): Promise<FastifyReply> =>
    pipe(
      task,
      TE.match(
        (error) => replyError(reply, error),
        (value) => reply.code(status).send(value),
      ),
    )();
