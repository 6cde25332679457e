import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { LivedInApp } from './lived-in-app.ts';

const router = path.join(import.meta.dirname, '..', '..', '..', 'apps', 'web', 'src', 'router.tsx');

/**
 * An address of every page that the router knows, with what stands for its parameters.
 * @throws where a page has a parameter that is not named here
 */
export function addressesOf(scene: LivedInApp): string[] {
  const parameters: Readonly<Record<string, string>> = {
    '/operations/$id': scene.failed.id,
    '/sources/$id': scene.source,
    '/environments/$name': encodeURIComponent(scene.environment),
    '/snapshots/$id': scene.snapshot,
    '/snapshots/$id/files': scene.snapshot,
    '/recovery-points/$id': scene.point,
    '/plans/$id': scene.plan,
  };
  const paths = [...readFileSync(router, 'utf8').matchAll(/path: '([^']+)'/g)].flatMap(
    ([, found = '']) => found,
  );
  return paths.map((address) => {
    if (!address.includes('$')) return address;
    const value = parameters[address];
    if (value === undefined)
      throw new Error(`Say in addresses.ts what stands for the parameter of ${address}.`);
    return address.replace(/\$\w+/, value);
  });
}
