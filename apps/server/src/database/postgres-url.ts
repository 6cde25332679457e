import type { Secret } from '@holdfast/runtime';

/** Whether it names a server and a database there, in a way that every part of it can be read. */
export function isPostgresUrl(url: Secret): boolean {
  try {
    const { protocol, host, pathname, username, password, searchParams } = new URL(url.reveal());
    decodeURIComponent(`${username}${password}${pathname}`);
    const isPostgres = protocol === 'postgres:' || protocol === 'postgresql:';
    return isPostgres && (host !== '' || searchParams.has('host')) && pathname.length > 1;
  } catch {
    return false;
  }
}
