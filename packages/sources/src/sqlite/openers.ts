import { readdir, readFile, stat } from 'node:fs/promises';
import { sideSuffixes } from './file-format.ts';

export interface Opener {
  readonly pid: number;
  readonly program: string;
}

/**
 * The other processes that hold a database or one of its side files open, as far as this user may see them
 * (processes in containers of this host included). Descriptors are compared by device and inode: names differ
 * between mount namespaces.
 */
export async function findOpeners(database: string): Promise<Opener[]> {
  const wanted = new Set<string>();
  for (const suffix of ['', ...sideSuffixes]) {
    const identity = await identityOf(database + suffix);
    if (identity !== undefined) wanted.add(identity);
  }
  if (wanted.size === 0) return [];
  const openers: Opener[] = [];
  for (const name of await readdir('/proc').catch(() => [])) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    if (await holdsOneOf(pid, wanted)) openers.push({ pid, program: await programOf(pid) });
  }
  return openers;
}

/** "app (pid 12), worker (pid 14)" */
export function describeOpeners(openers: readonly Opener[]): string {
  return openers.map(({ pid, program }) => `${program} (pid ${pid})`).join(', ');
}

async function holdsOneOf(pid: number, wanted: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  for (const descriptor of await readdir(folder).catch(() => [])) {
    const identity = await identityOf(`${folder}/${descriptor}`);
    if (identity !== undefined && wanted.has(identity)) return true;
  }
  return false;
}

async function identityOf(file: string): Promise<string | undefined> {
  return stat(file, { bigint: true }).then(
    ({ dev, ino }) => `${dev}:${ino}`,
    () => undefined,
  );
}

async function programOf(pid: number): Promise<string> {
  return readFile(`/proc/${pid}/comm`, 'utf8').then(
    (name) => name.trim(),
    () => 'a process',
  );
}
