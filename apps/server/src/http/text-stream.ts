import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** Answers with text that is made while it is sent: at no time does all of it lie in memory. */
export function sendText(reply: FastifyReply, type: string, pieces: AsyncIterable<string>): FastifyReply {
  return reply.type(type).send(Readable.from(pieces));
}
