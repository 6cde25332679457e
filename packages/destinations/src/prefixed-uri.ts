import { checkObjectKey } from './names.ts';

/** Addresses of the form `scheme://container/prefix/key` for one container and prefix. */
export function prefixedUris(scheme: string, container: string, prefix: string) {
  const base = prefix === '' ? '' : `${prefix}/`;
  const start = `${scheme}://${container}/${base}`;
  return {
    base,
    uriOf: (key: string) => start + key,
    keyOf: (uri: string): string | undefined => {
      if (!uri.startsWith(start)) return undefined;
      try {
        return checkObjectKey(uri.slice(start.length));
      } catch {
        return undefined;
      }
    },
  };
}
