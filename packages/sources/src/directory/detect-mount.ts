import { statSync } from 'node:fs';
import path from 'node:path';
import { consistencyProblem } from '../files/consistency.ts';
import type { Detection, HostMount } from '../source.ts';
import type { DirectoryLocator } from './locator.ts';

/** What every Linux host has and no application owns. A mount of these is a setting of the container, not data. */
const systemFolders = [
  '/bin',
  '/boot',
  '/dev',
  '/etc',
  '/lib',
  '/lib32',
  '/lib64',
  '/proc',
  '/run',
  '/sbin',
  '/sys',
  '/usr',
  '/var/lib/containerd',
  '/var/lib/docker',
  '/var/log',
  '/var/run',
];

/** Too wide to be the data of one application; agents that watch a host mount them. */
const wideFolders = ['/', '/home', '/mnt', '/media', '/opt', '/root', '/srv', '/tmp', '/var', '/var/lib'];

/** Files, by the place that they have in the container; a folder there would be an odd thing. */
const singleFile =
  /\.(?:sock|socket|conf|cnf|ini|ya?ml|json|toml|env|pem|crt|key|sh|sql|xml|txt|properties)$/i;

/**
 * A folder of the host that containers mount. System folders, sockets and single files belong to the definition of the
 * environment. Says nothing of what this process may see of it: the capture does.
 */
export function detectBindMount(
  mount: HostMount,
): (Detection<DirectoryLocator> & { readonly name: string }) | undefined {
  if (mount.type !== 'bind') return undefined;
  const place = path.posix.normalize(mount.path).replace(/(?<=.)\/$/, '');
  if (!place.startsWith('/') || wideFolders.includes(place) || singleFile.test(place)) return undefined;
  // A path that means another thing here (or nothing) says nothing against it.
  if (statSync(place, { throwIfNoEntry: false })?.isDirectory() === false) return undefined;
  if (systemFolders.some((folder) => place === folder || place.startsWith(`${folder}/`))) return undefined;
  const problem = consistencyProblem(
    mount.users.map(({ container }) => ({
      shown: `the container ${container.name}`,
      labels: container.labels,
    })),
  );
  return {
    locator: { path: place },
    name: nameOf(place),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** The last two folders say whose it is: `/srv/shop/uploads` is `shop-uploads`. */
function nameOf(place: string): string {
  return place
    .split('/')
    .filter((part) => part !== '')
    .slice(-2)
    .map((part) => part.replaceAll(/[^A-Za-z0-9_.-]+/g, '-').replace(/^[^A-Za-z0-9]+/, ''))
    .filter((part) => part !== '')
    .join('-');
}
