import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, mkdir, mkdtemp, open, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { type Manifest, manifestFormat, type SnapshotPart } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import { tally } from '../files/tally.ts';
import type { Capture, CapturePart, PartReader, RestoreRequest, StoredPart } from '../source.ts';

const run = promisify(execFile);

/** One stored capture, as the worker would hand it to a restore. */
export interface StoredSnapshot {
  readonly manifest: Manifest;
  readonly attachments: ReadonlyMap<string, Uint8Array>;
  request(mode: RestoreRequest['mode'], options?: RequestOptions): RestoreRequest;
}

export interface RequestOptions {
  readonly newName?: string;
  readonly paths?: readonly string[];
  /** Lets every stream and copy end early and its promise reject, as a lost connection to storage does. */
  readonly breakOff?: boolean;
}

/**
 * Stands where the engine stands in production, with the same obligations and plain files: a stream is kept only
 * when its producer resolved, it began with its magic and was long enough; paths are copied with all attributes.
 */
export class FolderStore implements AsyncDisposable {
  readonly #folder: string;
  #stored = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async create(): Promise<FolderStore> {
    return new FolderStore(await mkdtemp(path.join(tmpdir(), 'holdfast-suite-store-')));
  }

  /** Stores every part, asks for the facts, closes the capture in every case, as the worker does. */
  async save(kind: string, capture: Capture, signal: AbortSignal): Promise<StoredSnapshot> {
    const folder = path.join(this.#folder, String(this.#stored++));
    await mkdir(folder);
    try {
      const files = new Map<string, string>();
      const parts: SnapshotPart[] = [];
      const stored: StoredPart[] = [];
      for (const [index, part] of capture.parts.entries()) {
        const file = path.join(folder, String(index));
        const result =
          part.type === 'stream' ? await storeStream(part, file, signal) : await copyTree(part.root, file);
        stored.push(result);
        const partPath = part.type === 'stream' ? part.path : '/';
        files.set(partPath, file);
        parts.push({ path: partPath, resticId: `suite-${index}`, bytes: result.bytes });
      }
      const facts = await capture.facts(stored);
      const manifest: Manifest = {
        format: manifestFormat,
        holdfast: '0.0.0',
        snapshot: { id: 'suite', time: new Date().toISOString(), operationId: 'suite' },
        source: { id: 'suite', name: 'suite', kind, environment: 'suite' },
        parts,
        counts: facts.counts,
        ...(facts.hashes === undefined ? {} : { hashes: facts.hashes }),
        versions: facts.versions,
        warnings: [...facts.warnings],
        // As it comes back from storage.
        details: facts.details === undefined ? undefined : JSON.parse(JSON.stringify(facts.details)),
      };
      const attachments = new Map(facts.attachments.map(({ name, content }) => [name, content]));
      return {
        manifest,
        attachments,
        request: (mode, options) => requestOf(manifest, attachments, files, mode, options),
      };
    } finally {
      await capture.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function storeStream(
  part: CapturePart & { type: 'stream' },
  file: string,
  signal: AbortSignal,
): Promise<StoredPart> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await part.produce({
      descriptor: handle.fd,
      // Its own descriptor: a stream that is destroyed closes the one it was given.
      writable: () => createWriteStream(file, { flags: 'a' }),
      signal,
    });
    const { size } = await handle.stat();
    if (size < (part.minimumBytes ?? 0)) throw new Error(`${part.path} has only ${size} bytes`);
  } catch (error) {
    await rm(file);
    throw error;
  } finally {
    await handle.close();
  }
  const magic = Buffer.from(part.magic ?? []);
  const start = (await readFile(file)).subarray(0, magic.length);
  if (!start.equals(magic)) throw new Error(`${part.path} does not begin as it must`);
  return { bytes: (await stat(file)).size, files: 0, folders: 0 };
}

async function copyTree(root: string, target: string): Promise<StoredPart> {
  await mkdir(target);
  await run('cp', ['-a', '--', `${root}/.`, target]);
  return tally(target).counts;
}

function requestOf(
  manifest: Manifest,
  attachments: ReadonlyMap<string, Uint8Array>,
  files: ReadonlyMap<string, string>,
  mode: RestoreRequest['mode'],
  { newName, breakOff = false, paths }: RequestOptions = {},
): RestoreRequest {
  const fileOf = (part: SnapshotPart) => {
    const file = files.get(part.path);
    if (file === undefined) throw new Error(`the store has no part ${part.path}`);
    return file;
  };
  return {
    manifest,
    attachments,
    parts: manifest.parts.map((part) => readerOf(part, fileOf(part), breakOff)),
    files: async (part, target, only) => {
      // With the folders that lead to them.
      if (only === undefined) await run('cp', ['-a', '--', `${fileOf(part)}/.`, target]);
      else
        await run('cp', ['-a', '--parents', '--', ...only.map((wanted) => `.${wanted}`), target], {
          cwd: fileOf(part),
        });
      if (breakOff) throw brokenOff();
    },
    measure: async (part, wanted) => {
      const held = { files: 0, folders: 0, bytes: 0 };
      for (const one of wanted) {
        const place = path.join(fileOf(part), one);
        const found = await lstat(place).catch(() => undefined);
        if (found === undefined) throw new HoldfastError('not-found', `There is no ${JSON.stringify(one)}.`);
        const { counts } = found.isDirectory() ? tally(place) : { counts: undefined };
        held.files += counts?.files ?? (found.isFile() ? 1 : 0);
        held.folders += counts === undefined ? 0 : counts.folders + 1;
        held.bytes += counts?.bytes ?? (found.isFile() ? found.size : 0);
      }
      return held;
    },
    mode,
    ...(newName === undefined ? {} : { newName }),
    ...(paths === undefined ? {} : { paths }),
  };
}

function readerOf(part: SnapshotPart, file: string, breakOff: boolean): PartReader {
  const end = breakOff ? Math.max(0, Math.floor(part.bytes / 2) - 1) : Number.POSITIVE_INFINITY;
  return {
    part,
    async stream() {
      const stream = Readable.from(createReadStream(file, { end }));
      const done = (async () => {
        await finished(stream);
        if (breakOff) throw brokenOff();
      })();
      done.catch(() => undefined);
      return { stream, done };
    },
    async toDescriptor(descriptor) {
      await pipeline(
        createReadStream(file, { end }),
        createWriteStream('', { fd: descriptor, autoClose: false }),
      );
      if (breakOff) throw brokenOff();
    },
  };
}

function brokenOff(): Error {
  return new Error('the connection to the storage was lost');
}
