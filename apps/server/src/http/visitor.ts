import { isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** Where a request came from. */
export interface Visitor {
  /** As far as trusted proxies say; absent on the Unix socket. */
  readonly address?: string;
  readonly userAgent?: string;
}

/** Addresses that one party has at its disposal count as one. The socket is one, too. */
export function networkOf({ address }: Visitor): string {
  if (address === undefined) return 'socket';
  const [plain = ''] = address.split('%');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  if (mapped !== undefined) return mapped;
  return isIPv6(plain) ? firstHalf(plain) : plain;
}

/** Of an IPv6 address, the 64 bits that name a network: its owner may take any address in it. */
function firstHalf(address: string): string {
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  const groups = tail === undefined ? before : [...before, ...zeros, ...after];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

const longestUserAgent = 200;

export function visitorOf(request: FastifyRequest): Visitor {
  const userAgent = request.headers['user-agent']?.slice(0, longestUserAgent);
  // Of a Unix socket, Node knows no address.
  const address: string | undefined = request.ip;
  return {
    ...(address === undefined || address === '' ? {} : { address }),
    ...(userAgent === undefined ? {} : { userAgent }),
  };
}
