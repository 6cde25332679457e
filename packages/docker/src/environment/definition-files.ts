import { constants } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { DefinedFile, EnvironmentDefinition } from '@holdfast/contracts';
import type { HostView } from '../host-view.ts';
import { composeFiles } from './compose-labels.ts';
import { boundPaths } from './mounts.ts';
import { labelsOf, type RawContainer } from './raw-container.ts';

/** Larger files are data, and somebody else's to back up. */
export const largestFile = 1024 * 1024;

type Paths = Pick<EnvironmentDefinition, 'files' | 'folders' | 'warnings'>;

/**
 * Reads the small files that belong to an environment: those that Compose read it from, and those that are mounted by
 * themselves. Of mounted folders only owner and mode are kept. What cannot be read becomes a sentence.
 */
export async function readDefinitionFiles(
  containers: readonly RawContainer[],
  view: Pick<HostView, 'sees'>,
): Promise<Paths> {
  const found: Paths = { files: [], folders: [], warnings: [] };
  const compose = new Set(containers.flatMap((container) => composePaths(labelsOf(container))));
  const optional = new Set(containers.flatMap((container) => environmentFileBeside(labelsOf(container))));
  const mounted = new Set(containers.flatMap(boundPaths));
  const unseen: string[] = [];
  for (const file of [...new Set([...compose, ...optional, ...mounted])].sort()) {
    if (!view.sees(file)) unseen.push(file);
    else await readPath(file, { required: !optional.has(file), mounted: mounted.has(file) }, found);
  }
  if (unseen.length > 0) {
    found.warnings.push(
      `Not in the definition, because Holdfast does not see these paths of the host: ${unseen.map((file) => JSON.stringify(file)).join(', ')}.`,
    );
  }
  return found;
}

const composePaths = (labels: Readonly<Record<string, string>>): string[] =>
  composeFiles(labels).files.filter((file) => path.isAbsolute(file));

const environmentFileBeside = (labels: Readonly<Record<string, string>>): string[] => {
  const { folder } = composeFiles(labels);
  return folder !== undefined && path.isAbsolute(folder) ? [path.join(folder, '.env')] : [];
};

async function readPath(
  file: string,
  { required, mounted }: { required: boolean; mounted: boolean },
  found: Paths,
): Promise<void> {
  const shown = JSON.stringify(file);
  try {
    const about = await stat(file);
    const owned = { path: file, mode: about.mode & 0o7777, uid: about.uid, gid: about.gid };
    if (about.isDirectory()) {
      if (mounted) found.folders.push(owned);
    } else if (about.isFile() && about.size > largestFile) {
      found.warnings.push(`${shown} is larger than 1 MiB and is not in the definition.`);
    } else if (about.isFile()) {
      found.files.push({ ...owned, base64: (await readSmallFile(file)).toString('base64') });
    }
    // Sockets and devices (the engine's own socket, most often) are made by what serves them.
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !required) return;
    const why = code === 'ENOENT' ? 'does not exist here' : `cannot be read (${code ?? 'unknown error'})`;
    found.warnings.push(`${shown} ${why} and is not in the definition.`);
  }
}

/** The content of a regular file; @throws where it grew beyond the limit, or became something else. */
export async function readSmallFile(file: string): Promise<Buffer> {
  // Without waiting for a writer, should it have become a FIFO.
  const handle = await open(await realpath(file), constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!(await handle.stat()).isFile()) throw Object.assign(new Error('not a file'), { code: 'EINVAL' });
    const buffer = Buffer.alloc(largestFile + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length);
      length += bytesRead;
      if (length > largestFile) throw Object.assign(new Error('too large'), { code: 'EFBIG' });
      if (bytesRead === 0) return buffer.subarray(0, length);
    }
  } finally {
    await handle.close();
  }
}

/** What can be compared without reading: whether a file is as it was. */
export async function isUnchanged(file: DefinedFile): Promise<boolean> {
  const about = await stat(file.path);
  const content = Buffer.from(file.base64, 'base64');
  return about.isFile() && about.size === content.length && (await readSmallFile(file.path)).equals(content);
}
