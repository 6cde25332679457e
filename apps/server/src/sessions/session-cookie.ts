import type { FastifyReply, FastifyRequest } from 'fastify';
import { longestSessionMs } from './sessions.service.ts';

const sessionCookie = 'holdfast_session';

export function readSessionCookie({ cookies }: FastifyRequest): string | undefined {
  return cookies[sessionCookie];
}

export type Cookies = ReturnType<typeof createCookies>;

/** No script reads them, no other site's request carries them, and over TLS nothing but TLS does. */
export function createCookies(publicUrl: URL | undefined) {
  function set(
    request: FastifyRequest,
    reply: FastifyReply,
    name: string,
    value: string,
    maxAge: number,
  ): void {
    void reply.setCookie(name, value, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: request.protocol === 'https' || publicUrl?.protocol === 'https:',
      maxAge,
    });
  }
  return {
    set,
    signIn: (request: FastifyRequest, reply: FastifyReply, token: string) =>
      set(request, reply, sessionCookie, token, longestSessionMs / 1000),
    signOut: (request: FastifyRequest, reply: FastifyReply) => set(request, reply, sessionCookie, '', 0),
  };
}
