import { HoldfastError } from '@holdfast/runtime';

const userAgent = 'Holdfast';

/**
 * Posts JSON. A redirect is not followed and what is answered is not read: the address is an administrator's, and
 * nothing of what it leads to comes back through Holdfast.
 * @returns the status, which is a success
 * @throws HoldfastError `channel-…`, in words without the address
 */
export async function postJson(
  url: string,
  body: string,
  options: { signal: AbortSignal; headers?: Readonly<Record<string, string>> },
): Promise<number> {
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', 'user-agent': userAgent, ...options.headers },
    redirect: 'manual',
    signal: options.signal,
  }).catch((error: unknown) => {
    throw notReached(error, options.signal);
  });
  await response.body?.cancel().catch(() => undefined);
  if (!response.ok) throw refused(response.status);
  return response.status;
}

function notReached(error: unknown, signal: AbortSignal): HoldfastError {
  if (signal.aborted) {
    return new HoldfastError(
      'channel-unreachable',
      'The other end took the message but did not answer in time.',
    );
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (/CERT|TLS|SSL|SIGNATURE|ALTNAME|UNABLE_TO/.test(code)) {
    return new HoldfastError('channel-tls', `The certificate of the other end is not trusted (${code}).`);
  }
  return new HoldfastError(
    'channel-unreachable',
    reasons[code] ?? `The connection failed (${code || 'unknown'}).`,
  );
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens at the address: the connection was refused.',
  ENOTFOUND: 'The name of the address is not known.',
  EAI_AGAIN: 'The name of the address could not be looked up.',
  ECONNRESET: 'The other end broke the connection off.',
  UND_ERR_SOCKET: 'The other end broke the connection off.',
  UND_ERR_CONNECT_TIMEOUT: 'The other end did not answer in time.',
  ETIMEDOUT: 'The other end did not answer in time.',
};

function refused(status: number): HoldfastError {
  if (status >= 300 && status < 400) {
    return new HoldfastError('channel-refused', `It answers ${status}, a redirect, which is not followed.`, {
      hint: 'Give the address that it leads to.',
    });
  }
  if (status === 401 || status === 403) {
    return new HoldfastError(
      'channel-credentials-wrong',
      `It answers ${status}: it does not let Holdfast in.`,
    );
  }
  if (status === 404 || status === 410) {
    return new HoldfastError('channel-refused', `It answers ${status}: there is nothing at this address.`);
  }
  if (status === 429) {
    return new HoldfastError(
      'channel-failed',
      'It answers 429: it was sent too much. Holdfast tries again later.',
    );
  }
  return status >= 500
    ? new HoldfastError('channel-failed', `It answers ${status}: it has a problem of its own.`)
    : new HoldfastError('channel-refused', `It answers ${status}: it does not accept the message.`);
}
