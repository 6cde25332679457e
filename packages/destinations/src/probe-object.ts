import { randomBytes, randomUUID } from 'node:crypto';
import { HoldfastError } from '@holdfast/runtime';
import type { ObjectStore } from './destination.ts';
import type { ProbeSteps } from './probe-steps.ts';

const folder = 'holdfast-probe';

/**
 * The part of a probe that every kind shares: write an object, read it back, find it in the list, delete it.
 * The object is deleted in every case in which it can be. A storage that refuses to delete is usable
 * (append-only storage does so on purpose), so that is a warning.
 */
export async function probeObject(steps: ProbeSteps, objects: ObjectStore): Promise<void> {
  if (steps.failed) return;
  const key = `${folder}/${randomUUID()}`;
  const body = randomBytes(64);
  try {
    await steps.run('write', (signal) => objects.put(key, body, { signal }));
    await steps.run('read', (signal) => expectBody(objects, key, body, signal));
    await steps.run('list', (signal) => expectListed(objects, key, signal));
  } catch (error) {
    // Cancelled: the object may be there.
    await removeQuietly(objects, key);
    throw error;
  }
  // A write that failed may have arrived all the same (its answer was lost).
  if (steps.failed) return await removeQuietly(objects, key);
  await steps.run('delete', (signal) => expectDeletable(objects, key, signal), toleratedRefusal(key));
}

async function expectBody(
  objects: ObjectStore,
  key: string,
  body: Buffer,
  signal: AbortSignal,
): Promise<void> {
  if (body.equals(await objects.get(key, { signal }))) return;
  throw new HoldfastError(
    'destination-failed',
    'The storage gave back other bytes than were written to it.',
    {
      hint: 'Check for a proxy or gateway between this server and the storage that changes bodies.',
    },
  );
}

async function expectListed(objects: ObjectStore, key: string, signal: AbortSignal): Promise<void> {
  const keys = await objects.list(`${folder}/`, { signal });
  if (keys.includes(key)) return;
  throw new HoldfastError(
    'destination-failed',
    'The storage does not list an object that was just written.',
    {
      hint: 'Check for a cache between this server and the storage. restic needs lists that are up to date.',
    },
  );
}

async function expectDeletable(objects: ObjectStore, key: string, signal: AbortSignal): Promise<void> {
  await objects.delete(key, { signal });
  // Some storage accepts the request and keeps the object.
  const keys = await objects.list(key, { signal });
  if (!keys.includes(key)) return;
  throw new HoldfastError('destination-forbidden', 'The object is still there after it was deleted.');
}

function toleratedRefusal(key: string): (failure: HoldfastError) => string | undefined {
  return ({ code }) => {
    if (code !== 'destination-forbidden' && code !== 'destination-read-only') return undefined;
    return (
      `The storage refuses to delete (the object ${key} stays). Backups and restores work; ` +
      'locks of restic stay behind and retention cannot free space with this key.'
    );
  };
}

async function removeQuietly(objects: ObjectStore, key: string): Promise<void> {
  // The step that failed before says what is wrong; this one must neither hide it nor wait long.
  await objects.delete(key, { signal: AbortSignal.timeout(3000) }).catch(() => undefined);
}
