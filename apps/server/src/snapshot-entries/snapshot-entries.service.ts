import { once } from 'node:events';
import { finished, type Readable } from 'node:stream';
import type { SnapshotEntriesFilter, SnapshotEntry, SnapshotPart } from '@holdfast/contracts';
import type { Engine, SnapshotEntry as EngineEntry, Repository } from '@holdfast/engine';
import { HoldfastError } from '@holdfast/runtime';
import type { RepositoriesService } from '../repositories/repositories.service.ts';
import type { StoredSnapshot } from '../snapshots/snapshot.ts';
import type { SnapshotsService } from '../snapshots/snapshots.service.ts';
import { type EntriesPage, PageCollector, pageOf, parsePlace } from './listing.rules.ts';
import { ListingCache, mostKept } from './listing-cache.ts';
import { cleanPath } from './paths.rules.ts';

/** Somebody waits for the answer; a prune that holds the repository may take hours. */
const lockWaitMs = 15_000;

/** Each is a restic, with the index of the repository in its memory, and nothing is pruned before the last has ended. */
const mostDownloads = 4;

/** A part of this path is a tree of files; every other one is a file by itself. */
const treePath = '/';

export interface EntryDownload {
  /** Under which to save it. */
  readonly fileName: string;
  /** Of a file; of a folder nobody knows before the end. */
  readonly bytes?: number;
  /** Its first bytes are there. Breaks with an error, instead of ending, when it is not whole. */
  readonly stream: Readable;
}

/**
 * What lies in snapshots, in the words of who made them: the files of a folder from its top, the databases of a server by
 * their names. Holdfast's own manifest is not shown.
 */
export class SnapshotEntriesService {
  readonly #snapshots: SnapshotsService;
  readonly #repositories: RepositoriesService;
  readonly #engine: Engine;
  readonly #cache = new ListingCache();
  #downloads = 0;

  constructor(parts: { snapshots: SnapshotsService; repositories: RepositoriesService; engine: Engine }) {
    this.#snapshots = parts.snapshots;
    this.#repositories = parts.repositories;
    this.#engine = parts.engine;
  }

  /** @throws HoldfastError `not-found`, `ambiguous`, `invalid-input` (not a folder), and those of the engine */
  async list(snapshotId: string, filter: SnapshotEntriesFilter, signal: AbortSignal): Promise<EntriesPage> {
    const snapshot = await this.#snapshots.get(snapshotId);
    const place = parsePlace(filter.cursor);
    const folder = cleanPath(filter.path);
    const key = `${snapshot.id} ${folder}`;
    const kept = this.#cache.get(key);
    if (kept !== undefined) return pageOf(kept, place, filter.limit);
    const collector = new PageCollector(place, filter.limit, mostKept);
    await this.#readFolder(snapshot, folder, (entry) => collector.add(entry), signal);
    const whole = collector.whole();
    if (whole !== undefined) this.#cache.set(key, whole);
    return collector.page();
  }

  async #readFolder(
    snapshot: StoredSnapshot,
    folder: string,
    onEntry: (entry: SnapshotEntry) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { tree, files } = partsOf(snapshot);
    if (folder === treePath) for (const file of files) onEntry(entryOfPart(file, snapshot));
    else if (files.some((file) => file.path === folder)) throw notAFolder(folder);
    if (tree === undefined) {
      if (folder === treePath) return;
      throw missing(snapshot, folder);
    }
    let itself: EngineEntry | undefined;
    await this.#engine.list(await this.#open(snapshot), {
      resticId: tree.resticId,
      paths: [folder],
      signal,
      lockWaitMs,
      onEntry: (entry) => {
        if (entry.path === folder) itself = entry;
        else onEntry(toEntry(entry));
      },
    });
    if (folder === treePath) return;
    if (itself === undefined) throw missing(snapshot, folder);
    if (itself.type !== 'directory') throw notAFolder(folder);
  }

  /**
   * Begins to read one thing: a file as it was, a folder as a tar archive.
   * @param signal ends the reading
   * @throws HoldfastError `downloads-busy`, `not-found`, `ambiguous`, `invalid-input` (neither file nor folder), and those
   *   of the engine
   */
  async download(snapshot: StoredSnapshot, wanted: string, signal: AbortSignal): Promise<EntryDownload> {
    if (this.#downloads >= mostDownloads) {
      throw new HoldfastError('downloads-busy', `${mostDownloads} downloads are under way.`);
    }
    this.#downloads += 1;
    const ended = () => {
      this.#downloads -= 1;
    };
    try {
      const begun = await this.#begin(snapshot, wanted, signal);
      finished(begun.stream, ended);
      return begun;
    } catch (error) {
      ended();
      throw error;
    }
  }

  async #begin(snapshot: StoredSnapshot, wanted: string, signal: AbortSignal): Promise<EntryDownload> {
    const place = cleanPath(wanted);
    const repository = await this.#open(snapshot);
    const { part, entry } = await this.#find(snapshot, place, repository, signal);
    if (entry.type !== 'file' && entry.type !== 'directory') {
      throw new HoldfastError(
        'invalid-input',
        `${JSON.stringify(place)} is ${entry.type === 'link' ? 'a symbolic link' : 'neither a file nor a folder'}; it has no content of its own.`,
        { hint: 'Download the folder that it is in: the archive holds it.' },
      );
    }
    const { resticId } = part;
    const { stream } = await this.#engine.dump(repository, { resticId, path: place, signal, lockWaitMs });
    if (stream === undefined) throw new HoldfastError('internal', 'The engine gave no stream.');
    // Until now an error can be told of in words.
    await once(stream, 'readable');
    return {
      stream,
      fileName: entry.type === 'directory' ? `${entry.name}.tar` : entry.name,
      ...(entry.bytes === undefined ? {} : { bytes: entry.bytes }),
    };
  }

  /** @throws HoldfastError `not-found` that names the first of the paths that the snapshot does not hold */
  async requireAll(snapshot: StoredSnapshot, paths: readonly string[], signal?: AbortSignal): Promise<void> {
    const { tree } = partsOf(snapshot);
    const wanted = new Set(paths);
    if (tree !== undefined) {
      await this.#engine.list(await this.#open(snapshot), {
        resticId: tree.resticId,
        paths: [...wanted],
        lockWaitMs,
        ...(signal === undefined ? {} : { signal }),
        onEntry: (entry) => wanted.delete(entry.path),
      });
    }
    const [first] = wanted;
    if (first !== undefined) throw missing(snapshot, first);
  }

  async #find(
    snapshot: StoredSnapshot,
    place: string,
    repository: Repository,
    signal: AbortSignal,
  ): Promise<{ part: SnapshotPart; entry: SnapshotEntry }> {
    const { tree, files } = partsOf(snapshot);
    const file = files.find((candidate) => candidate.path === place);
    if (file !== undefined) return { part: file, entry: entryOfPart(file, snapshot) };
    if (tree === undefined) {
      if (place !== treePath || files.length === 0) throw missing(snapshot, place);
      throw new HoldfastError(
        'invalid-input',
        'This snapshot holds no files, but dumps; each is downloaded by itself.',
        {
          hint: `It holds: ${files.map((held) => held.path).join(', ')}`,
        },
      );
    }
    if (place === treePath) {
      return { part: tree, entry: { name: snapshot.sourceName, path: treePath, type: 'directory' } };
    }
    const entry = await this.#findInTree(tree, place, repository, signal);
    if (entry === undefined) throw missing(snapshot, place);
    return { part: tree, entry: toEntry(entry) };
  }

  /** restic tells of the thing itself first; what lies in it, which may be much, is not waited for. */
  async #findInTree(
    { resticId }: SnapshotPart,
    place: string,
    repository: Repository,
    signal: AbortSignal,
  ): Promise<EngineEntry | undefined> {
    let found: EngineEntry | undefined;
    const enough = new AbortController();
    const onEntry = (entry: EngineEntry) => {
      if (entry.path === place) found = entry;
      enough.abort();
    };
    const either = AbortSignal.any([signal, enough.signal]);
    try {
      await this.#engine.list(repository, { resticId, paths: [place], signal: either, lockWaitMs, onEntry });
    } catch (error) {
      if (found === undefined || signal.aborted) throw error;
    }
    return found;
  }

  async #open(snapshot: StoredSnapshot): Promise<Repository> {
    return this.#repositories.open(await this.#repositories.get(snapshot.repositoryId));
  }
}

function partsOf({ parts }: StoredSnapshot): { tree?: SnapshotPart; files: SnapshotPart[] } {
  const tree = parts.find((part) => part.path === treePath);
  return { ...(tree === undefined ? {} : { tree }), files: parts.filter((part) => part !== tree) };
}

/** A dump is called as its database is: in the repository the name is encoded. */
function entryOfPart(part: SnapshotPart, { time }: StoredSnapshot): SnapshotEntry {
  const name = part.path.slice(1);
  return { name: decoded(name), path: part.path, type: 'file', bytes: part.bytes, modified: time };
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function toEntry({ name, path: place, type, bytes, modified }: EngineEntry): SnapshotEntry {
  return {
    name,
    path: place,
    type,
    ...(bytes === undefined ? {} : { bytes }),
    ...(modified === undefined ? {} : { modified: modified.toISOString() }),
  };
}

function missing({ id }: StoredSnapshot, place: string): HoldfastError {
  return new HoldfastError('not-found', `There is no ${JSON.stringify(place)} in the snapshot ${id}.`);
}

function notAFolder(place: string): HoldfastError {
  return new HoldfastError('invalid-input', `${JSON.stringify(place)} is not a folder.`);
}
