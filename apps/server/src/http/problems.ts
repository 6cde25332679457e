import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import type { FastifyError, FastifyReply } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { TooManyAttempts } from './attempts.ts';
import type { HttpApp } from './http-app.ts';

/** Every error leaves as problem details (RFC 9457) with a code of the catalogue. */
export function answerWithProblems(app: HttpApp, onInternalError: (error: unknown) => void): void {
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const known = asKnownError(error);
    if (known.code === 'internal') onInternalError(error);
    sendProblem(reply, known);
  });
  app.setNotFoundHandler((request, reply) => {
    sendProblem(
      reply,
      new HoldfastError(
        'not-found',
        `There is no ${request.method} ${request.url.split('?')[0] ?? ''} here.`,
      ),
    );
  });
}

function sendProblem(reply: FastifyReply, error: HoldfastError): void {
  const problem = error.toProblem();
  if (error instanceof TooManyAttempts) void reply.header('retry-after', error.retryAfterSeconds);
  void reply.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

function asKnownError(error: FastifyError): HoldfastError {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const details = error.validation.map(({ instancePath, message }) => {
      const place = instancePath.replace(/^\//, '').replaceAll('/', '.');
      return place === '' ? message : `${place}: ${message}`;
    });
    return new HoldfastError('invalid-input', `The request is not valid. ${details.join('; ')}`);
  }
  const status = error.statusCode ?? 500;
  if (!(error instanceof HoldfastError) && status >= 400 && status < 500) {
    return new HoldfastError('invalid-input', error.message);
  }
  if (error instanceof HoldfastError) return error;
  const { code } = asHoldfastError(error);
  // The words of an unexpected error may hold anything; they go to the log, not to the client.
  return new HoldfastError(code, 'Something unexpected happened; the log of the server has the details.');
}
