import { chmod, chown, mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';
import type { DefinedFile, EnvironmentDefinition } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import { throwIfCancelled } from './cancellation.ts';
import type { MadeThings } from './recreation.ts';
import type { DefinitionSurvey } from './survey.ts';

/**
 * Writes the files and makes the folders that are missing. One that cannot be written is named in a warning, unless a
 * container mounts it: the engine would make an empty folder of its name.
 *
 * @throws HoldfastError `restore-failed`
 */
export async function writeFiles(
  definition: EnvironmentDefinition,
  survey: DefinitionSurvey,
  made: MadeThings,
  signal: AbortSignal,
): Promise<string[]> {
  const missing = new Set(survey.files.filter(({ state }) => state === 'missing').map((one) => one.path));
  const warnings: string[] = [];
  const mounted = JSON.stringify(definition.containers.map(({ create }) => create['HostConfig']));
  for (const folder of definition.folders.filter((one) => missing.has(one.path))) {
    throwIfCancelled(signal);
    await attempt(folder.path, () => makeFolder(folder, made));
  }
  for (const file of definition.files.filter((one) => missing.has(one.path))) {
    throwIfCancelled(signal);
    await attempt(file.path, () => writeFile(file, made));
  }
  return warnings;

  async function attempt(target: string, write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      const { code = 'unknown error' } = error as NodeJS.ErrnoException;
      const words = `${JSON.stringify(target)} could not be written (${code}).`;
      if (mounted.includes(JSON.stringify(target).slice(1, -1))) {
        throw new HoldfastError('restore-failed', words, {
          hint: 'A container mounts it. Put it there, or let Holdfast write there, and try again.',
          cause: error,
        });
      }
      warnings.push(words);
    }
  }
}

async function makeFolder(
  { path: folder, mode, uid, gid }: EnvironmentDefinition['folders'][number],
  made: MadeThings,
): Promise<void> {
  await makeParents(folder, made);
  await mkdir(folder, { mode: 0o700 });
  made.folders.push(folder);
  await giveAway(folder, uid, gid);
  await chmod(folder, mode);
}

async function writeFile({ path: target, mode, uid, gid, base64 }: DefinedFile, made: MadeThings) {
  await makeParents(target, made);
  // Readable by nobody else while it is written, and never over something that appeared meanwhile.
  const handle = await open(target, 'wx', 0o600);
  made.files.push(target);
  try {
    await handle.writeFile(Buffer.from(base64, 'base64'));
    await handle.sync();
    await giveAway(target, uid, gid);
    await handle.chmod(mode);
  } catch (error) {
    await rm(target, { force: true });
    made.files.pop();
    throw error;
  } finally {
    await handle.close();
  }
}

async function makeParents(target: string, made: MadeThings): Promise<void> {
  const parents: string[] = [];
  for (let parent = path.dirname(target); parent !== path.dirname(parent); parent = path.dirname(parent)) {
    parents.unshift(parent);
  }
  for (const parent of parents) {
    const isNew = await mkdir(parent).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
        return false;
      },
    );
    if (isNew) made.folders.push(parent);
  }
}

/** Only root may; the file is then this user's, as in every copy. */
async function giveAway(target: string, uid: number, gid: number): Promise<void> {
  await chown(target, uid, gid).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPERM') throw error;
  });
}
