import type { Family } from './programs.ts';

/** Reads what `VERSION()` says: `10.11.18-MariaDB-0+deb12u1`, `8.4.5`, `5.5.5-10.6.1-MariaDB` by old replication rules. */
export function parseServerVersion(text: string): { readonly family: Family; readonly version: number } {
  const [, major, minor, patch] = /^(?:5\.5\.5-)?(\d+)\.(\d+)\.(\d+)/.exec(text) ?? [];
  return {
    family: /mariadb/i.test(text) ? 'mariadb' : 'mysql',
    version: Number(major ?? 0) * 10_000 + Number(minor ?? 0) * 100 + Number(patch ?? 0),
  };
}

/** The part of a version within which formats do not change: 1011 of 101118. */
export function release(version: number): number {
  return Math.floor(version / 100);
}
