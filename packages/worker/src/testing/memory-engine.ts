import { randomBytes } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { BackupResult, Engine, Repository, RepositoryKey, StreamBackup } from '@holdfast/engine';
import { HoldfastError } from '@holdfast/runtime';

export interface MemorySnapshot {
  readonly id: string;
  readonly tags: readonly string[];
  readonly time: Date;
  readonly files: ReadonlyMap<string, Buffer>;
}

type MemoryKey = Omit<RepositoryKey, 'current'> & { readonly password: string };

export interface MemoryEngine extends Engine {
  /** By location. */
  readonly repositories: Map<string, Map<string, MemorySnapshot>>;
  /** The passwords of each repository, by location. */
  readonly passwords: Map<string, MemoryKey[]>;
  /** What was called, in order, as "verb location". */
  readonly calls: string[];
  /** Makes the named call fail until it is deleted from here. */
  readonly failures: Map<string, HoldfastError>;
}

/** An engine that keeps what it is given in memory, with the rule that a failed producer leaves nothing. */
export function createMemoryEngine(): MemoryEngine {
  const repositories: MemoryEngine['repositories'] = new Map();
  const passwords: MemoryEngine['passwords'] = new Map();
  const calls: string[] = [];
  const failures: MemoryEngine['failures'] = new Map();

  function called(
    verb: string,
    { access, password }: Repository,
    signal?: AbortSignal,
  ): Map<string, MemorySnapshot> {
    calls.push(`${verb} ${access.location}`);
    signal?.throwIfAborted();
    const failure = failures.get(verb);
    if (failure !== undefined) throw failure;
    const repository = repositories.get(access.location);
    if (repository === undefined) throw new HoldfastError('repository-missing', access.location);
    const keys = keysOf(access.location);
    // One that a test has put there by hand has no keys, and opens with any.
    if (keys.length > 0 && !keys.some((key) => key.password === password.reveal())) {
      throw new HoldfastError('repository-password-wrong', `No key of ${access.location} has this password.`);
    }
    return repository;
  }

  function keysOf(location: string): MemoryKey[] {
    return passwords.get(location) ?? [];
  }

  function addPassword(location: string, key: Omit<MemoryKey, 'id'>): void {
    passwords.set(location, [...keysOf(location), { id: randomBytes(32).toString('hex'), ...key }]);
  }

  function file(repository: Map<string, MemorySnapshot>, resticId: string, path: string): Buffer {
    const content = repository.get(resticId)?.files.get(path);
    if (content === undefined) throw new HoldfastError('engine-failed', `no ${path} in ${resticId}`);
    return content;
  }

  return {
    repositories,
    passwords,
    calls,
    failures,
    version: async () => 'memory 1.0',
    async initialise(repository) {
      if (!repositories.has(repository.access.location)) {
        repositories.set(repository.access.location, new Map());
        const password = repository.password.reveal();
        addPassword(repository.access.location, { password, userName: 'root', hostName: 'memory' });
      }
      called('initialise', repository);
    },
    async backupStream(repository, backup) {
      const snapshots = called('backupStream', repository, backup.signal);
      const content = await collect(backup);
      return add(snapshots, backup, new Map([[backup.path, content]]));
    },
    async backupPaths(repository, backup) {
      const snapshots = called('backupPaths', repository, backup.signal);
      return add(snapshots, backup, new Map([[backup.root, Buffer.from(backup.root)]]));
    },
    async snapshots(repository, options) {
      const all = [...called('snapshots', repository).values()];
      return all
        .filter(({ tags }) => options?.tag === undefined || tags.includes(options.tag))
        .map(({ id, tags, time, files }) => ({
          id,
          tags,
          time,
          host: 'memory',
          paths: [...files.keys()],
        }));
    },
    async dump(repository, { resticId, path, signal }) {
      const content = file(called('dump', repository, signal), resticId, path);
      return {
        stream: Readable.from([content]),
        done: Promise.resolve(),
      };
    },
    async list(repository, { resticId, onEntry, signal }) {
      const files = called('list', repository, signal).get(resticId)?.files ?? new Map<string, Buffer>();
      for (const [path, content] of files)
        onEntry({ name: path.slice(1), path, type: 'file', bytes: content.length });
    },
    async restore(repository, { signal }) {
      called('restore', repository, signal);
      return {
        files: 0,
        bytes: 0,
      };
    },
    async forget(repository, ids, options) {
      const snapshots = called('forget', repository, options?.signal);
      for (const id of ids) snapshots.delete(id);
    },
    async prune(repository) {
      called('prune', repository);
      return { bytesFreed: 42 };
    },
    check: async (repository) => void called('check', repository),
    unlock: async (repository) => void called('unlock', repository),
    async keys(repository) {
      called('keys', repository);
      return keysOf(repository.access.location).map(({ password, ...key }) => ({
        ...key,
        current: password === repository.password.reveal(),
      }));
    },
    async addKey(repository, { password, userName, hostName }) {
      called('addKey', repository);
      addPassword(repository.access.location, { password: password.reveal(), userName, hostName });
    },
    async removeKey(repository, id) {
      called('removeKey', repository);
      const { location } = repository.access;
      passwords.set(
        location,
        keysOf(location).filter((key) => key.id !== id),
      );
    },
    storedBytes: async (repository) => called('storedBytes', repository).size,
  };
}

async function collect(backup: StreamBackup): Promise<Buffer> {
  const through = new PassThrough();
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ...(backup.signal === undefined ? [] : [backup.signal])]);
  const collected = buffer(through);
  collected.catch(() => {});
  try {
    await backup.produce({ descriptor: -1, writable: () => through, signal });
  } catch (error) {
    through.destroy();
    throw error;
  }
  const content = await collected;
  if (backup.minimumBytes !== undefined && content.length < backup.minimumBytes) {
    throw new HoldfastError('dump-malformed', 'too small');
  }
  backup.onProgress?.({ bytesDone: content.length });
  return content;
}

function add(
  snapshots: Map<string, MemorySnapshot>,
  { tags, time }: { tags: readonly string[]; time: Date },
  files: ReadonlyMap<string, Buffer>,
): BackupResult {
  const id = randomBytes(32).toString('hex');
  snapshots.set(id, { id, tags, time, files });
  const bytes = [...files.values()].reduce((sum, content) => sum + content.length, 0);
  return { resticId: id, bytesRead: bytes, bytesAdded: bytes, files: files.size, folders: 0 };
}
