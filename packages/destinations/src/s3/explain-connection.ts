import type { ErrorCode } from '@holdfast/contracts';
import type { S3Settings } from './settings.ts';

export interface Explained {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly hint?: string;
}

type Words = (host: string) => string;

const unreachable: Readonly<Record<string, Words>> = {
  ECONNREFUSED: (host) => `${host} refuses the connection: nothing listens on that port.`,
  ENOTFOUND: (host) => `The name of ${host} is not known to the name resolution (DNS).`,
  EAI_AGAIN: (host) => `The name resolution (DNS) does not answer for ${host}.`,
  ETIMEDOUT: (host) => `${host} did not answer in time.`,
  TimeoutError: (host) => `${host} did not answer in time.`,
  EHOSTUNREACH: (host) => `There is no route to ${host}.`,
  ENETUNREACH: (host) => `There is no route to ${host}.`,
  ECONNRESET: (host) => `${host} cut the connection.`,
  EPIPE: (host) => `${host} cut the connection.`,
};

const untrusted: Readonly<Record<string, Words>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: (host) => `${host} has a self-signed certificate.`,
  SELF_SIGNED_CERT_IN_CHAIN: (host) =>
    `The certificate of ${host} was signed by an authority that is not trusted.`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: (host) =>
    `The certificate of ${host} was signed by an authority that is not trusted, or its chain is incomplete.`,
  UNABLE_TO_GET_ISSUER_CERT: (host) => `The chain of certificates of ${host} is incomplete.`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: (host) =>
    `The certificate of ${host} was signed by an authority that is not trusted.`,
  CERT_HAS_EXPIRED: (host) => `The certificate of ${host} has expired.`,
  CERT_NOT_YET_VALID: (host) =>
    `The certificate of ${host} is not valid yet: it is too new, or the clock of this server is behind.`,
  CERT_REVOKED: (host) => `The certificate of ${host} was revoked.`,
  ERR_TLS_CERT_ALTNAME_INVALID: (host) => `The certificate of ${host} was made for another name.`,
};

/** What OpenSSL says when the other side does not speak TLS. */
const notTls = /wrong version number|packet length too long|record layer failure|http request/i;

/** Why no answer of the server came. */
export function explainConnection(error: unknown, settings: S3Settings): Explained {
  const url = new URL(settings.endpoint);
  const words = error instanceof Error ? error.message : String(error);
  for (const name of errorNames(error)) {
    const away = unreachable[name];
    if (away !== undefined) return { code: 'destination-unreachable', detail: away(url.host) };
    const distrusted = untrusted[name];
    if (distrusted !== undefined) return { code: 'destination-tls', detail: distrusted(url.host) };
    if (name === 'EPROTO' || name.startsWith('ERR_SSL_') || name.startsWith('ERR_TLS_')) {
      return explainProtocol(url.host, words);
    }
  }
  return { code: 'destination-failed', detail: `The request to ${url.host} failed: ${words}` };
}

function explainProtocol(host: string, words: string): Explained {
  if (!notTls.test(words)) {
    const reason = /SSL routines:[^:]*:([^:]+)/.exec(words)?.[1] ?? words;
    return { code: 'destination-tls', detail: `The TLS connection to ${host} failed: ${reason}.` };
  }
  return {
    code: 'destination-tls',
    detail: `${host} does not speak TLS on that port.`,
    hint: `Use the port that speaks TLS. Only where the network is trusted: http://${host}`,
  };
}

/** Codes and names of an error and of what it wraps: several addresses tried, or causes. */
function errorNames(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > 4) return [];
  const names = 'code' in error && typeof error.code === 'string' ? [error.code, error.name] : [error.name];
  const inner = error instanceof AggregateError ? error.errors : [error.cause];
  return [...names, ...inner.flatMap((each) => errorNames(each, depth + 1))];
}
