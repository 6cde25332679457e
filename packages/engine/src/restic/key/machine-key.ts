import { createHash } from 'node:crypto';
import type { ObjectStore } from '@holdfast/destinations';
import { HoldfastError, type Secret } from '@holdfast/runtime';
import { type KeyFileOwner, type MasterKey, openKeyFile, type ScryptCost, writeKeyFile } from './key-file.ts';
import { isMachinePassword, type MachinePassword } from './machine-password.ts';

/** A few milliseconds. Stretching makes guessing dear; 256 random bits cannot be guessed at any price. */
const cheap: ScryptCost = { N: 1024, r: 8, p: 1 };

/** restic gives up after so many keys of a repository. */
const keysThatResticTries = 20;

export interface KeyPlace {
  readonly objects: ObjectStore;
  /** Where the repository's key files are, in the store's own terms: `…/restic/<name>/keys/`. */
  readonly keyPrefix: string;
}

/**
 * Adds a key for machines to a repository: stock restic opens it, at a fraction of the time. See
 * docs/decisions/0005-machine-key.md.
 * @param teamPassword opens the repository now, and goes on doing so
 * @returns the id of the key: pass it as `keyHint`, else restic tries the expensive key first
 * @throws HoldfastError `repository-missing`, `repository-password-wrong`; the store's own errors
 */
export async function addMachineKey(
  { objects, keyPrefix }: KeyPlace,
  teamPassword: Secret,
  machinePassword: MachinePassword,
  owner: KeyFileOwner,
): Promise<string> {
  if (!isMachinePassword(machinePassword)) throw new TypeError('A cheap key needs a generated password.');
  const master = await findMasterKey({ objects, keyPrefix }, teamPassword);
  const content = await writeKeyFile(master, machinePassword, cheap, owner);
  // Read back before it is written: a key file that restic cannot open would be dead weight in the repository.
  const again = await openKeyFile(content, machinePassword);
  if (JSON.stringify(again) !== JSON.stringify(master)) throw new Error('The new key does not open.');
  const id = createHash('sha256').update(content).digest('hex');
  await objects.put(`${keyPrefix}${id}`, content);
  return id;
}

/** The key files of a repository. restic writes nothing else there; other names are not its own. */
async function keyFiles({ objects, keyPrefix }: KeyPlace): Promise<string[]> {
  const keys = await objects.list(keyPrefix);
  return keys.filter((key) => /^[0-9a-f]{64}$/.test(key.slice(key.lastIndexOf('/') + 1)));
}

async function findMasterKey(place: KeyPlace, password: Secret): Promise<MasterKey> {
  const files = await keyFiles(place);
  if (files.length === 0)
    throw new HoldfastError('repository-missing', `There are no keys at ${place.keyPrefix}.`);
  if (files.length >= keysThatResticTries) {
    throw new HoldfastError('conflict', `The repository has ${files.length} keys already.`, {
      hint: 'Remove keys that nobody uses with: restic key list, restic key remove ID',
    });
  }
  for (const file of files) {
    const master = await openKeyFile(await place.objects.get(file), password);
    if (master !== undefined) return master;
  }
  throw new HoldfastError('repository-password-wrong', 'No key of the repository has this password.');
}
