import { closeSync, constants, type Dirent, lstatSync, opendirSync, openSync, readSync } from 'node:fs';
import { sideSuffixes, smallestDatabase, sqliteMagic } from './file-format.ts';

export interface ScanBounds {
  /** Folders within folders. */
  readonly depth: number;
  readonly entries: number;
  readonly milliseconds: number;
}

export interface ScanTask {
  readonly root: string;
  readonly skip: readonly string[];
  readonly bounds: ScanBounds;
}

export interface ScanReport {
  readonly files: readonly string[];
  /** The first bound that was reached; what lies beyond it was not looked at. */
  readonly bound?: keyof ScanBounds;
  readonly unreadable: number;
  /** Databases whose paths are no text. */
  readonly unnameable: number;
}

const separator = Buffer.from('/');
/** Folders and files that a restore of Holdfast works in, or keeps from before it. */
const ownName = /\.holdfast-|\.before-\d{8}T\d{6}Z(-\d+)?$/;

/**
 * Searches a folder in this thread, which it blocks. Breadth first: where a bound is reached, what is near the root
 * was looked at. Only what the system calls a regular file is opened: opening a FIFO could wait for ever.
 * @throws what opening the root throws
 */
export function scan({ root, skip, bounds }: ScanTask): ScanReport {
  const files: string[] = [];
  const skipped = new Set(skip);
  const header = Buffer.alloc(sqliteMagic.length);
  const until = performance.now() + bounds.milliseconds;
  let bound: keyof ScanBounds | undefined;
  let entries = 0;
  let unreadable = 0;
  let unnameable = 0;

  /** @returns the folders in it */
  function look(folder: Buffer): Buffer[] {
    const folders: Buffer[] = [];
    for (const entry of entriesOf(folder)) {
      entries += 1;
      if (entries > bounds.entries) bound ??= 'entries';
      // Asking for the time costs more than a look at a name.
      else if (entries % 256 === 0 && performance.now() > until) bound ??= 'milliseconds';
      if (bound === 'entries' || bound === 'milliseconds') break;
      const place = Buffer.concat([folder, separator, nameOf(entry)]);
      if (entry.isDirectory()) {
        if (!isOwn(entry) && !skipped.has(place.toString())) folders.push(place);
      } else if (entry.isFile() && !isOwn(entry) && !isSideFile(entry)) {
        note(place);
      }
    }
    return folders;
  }

  function note(place: Buffer): void {
    try {
      if (!isDatabase(place, header)) return;
      const text = place.toString();
      if (Buffer.from(text).equals(place)) files.push(text);
      else unnameable += 1;
    } catch (error) {
      passOver(error);
    }
  }

  function passOver(error: unknown): void {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === undefined) throw error;
    // Gone meanwhile, or turned into something else.
    if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'ELOOP') unreadable += 1;
  }

  let level = look(Buffer.from(root));
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > bounds.depth) {
      bound ??= 'depth';
      break;
    }
    const next: Buffer[] = [];
    for (const folder of level) {
      if (bound !== undefined) break;
      try {
        // One by one: a folder may hold more folders than a call takes arguments.
        for (const inner of look(folder)) next.push(inner);
      } catch (error) {
        passOver(error);
      }
    }
    level = bound === undefined ? next : [];
  }
  return { files: files.toSorted(), ...(bound === undefined ? {} : { bound }), unreadable, unnameable };
}

/** Names are bytes: file systems do not promise text, and Node's types know names as text only. */
function* entriesOf(folder: Buffer): Generator<Dirent> {
  const list = opendirSync(folder, { encoding: 'buffer' as BufferEncoding, bufferSize: 1024 });
  try {
    for (let entry = list.readSync(); entry !== null; entry = list.readSync()) yield entry;
  } finally {
    list.closeSync();
  }
}

function nameOf(entry: Dirent): Buffer {
  return entry.name as unknown as Buffer;
}

function isOwn(entry: Dirent): boolean {
  return ownName.test(nameOf(entry).toString('latin1'));
}

function isSideFile(entry: Dirent): boolean {
  const name = nameOf(entry).toString('latin1');
  return sideSuffixes.some((suffix) => name.endsWith(suffix));
}

function isDatabase(file: Buffer, header: Buffer): boolean {
  // A database is made of whole pages; asking for the size costs a third of what a look inside does.
  const size = lstatSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0 || size % smallestDatabase !== 0) return false;
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    return readSync(descriptor, header, 0, header.length, 0) === header.length && header.equals(sqliteMagic);
  } finally {
    closeSync(descriptor);
  }
}
