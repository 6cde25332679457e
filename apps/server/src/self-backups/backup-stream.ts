import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { HoldfastError } from '@holdfast/runtime';
import { formatVersion, type Header, headerSchema, trailerSchema } from './format.ts';

/** No line comes near this; one that does is no row of ours. */
const longestLine = 64 * 1024 * 1024;

/** The content of a backup as its file: compressed, then encrypted. */
export async function* sealBackup(
  content: AsyncIterable<Uint8Array>,
  key: Uint8Array,
): AsyncGenerator<Uint8Array> {
  const { encrypted } = await import('./encryption.ts');
  const compress = createZstdCompress({ params: { [constants.ZSTD_c_checksumFlag]: 1 } });
  // What fails before it destroys it with its error, which its reader gets.
  const compressed = pipeline(Readable.from(content, { objectMode: false }), compress, () => {});
  yield* encrypted(compressed, key);
}

export interface OpenedBackup {
  readonly header: Header;
  /** Tables and rows. It ends only when the trailer was seen and agrees with all that came before. */
  readonly lines: AsyncGenerator;
}

/**
 * Reads the file of a backup up to its header.
 * @throws HoldfastError `backup-key-wrong`, `backup-damaged`, `backup-too-new`; `lines` throws the second, too
 */
export async function openBackup(file: AsyncIterable<Uint8Array>, key: Uint8Array): Promise<OpenedBackup> {
  const { decryptor, forKey } = await import('./encryption.ts');
  const content = pipeline(forKey(file, key), decryptor(key), createZstdDecompress(), () => {});
  const lines = checkedLines(asDamage(splitLines(content)));
  const header = headerSchema.safeParse((await lines.next()).value).data;
  if (header === undefined) throw damaged('It does not begin with a header.');
  if (header.format > formatVersion) {
    throw new HoldfastError('backup-too-new', `Holdfast ${header.version} wrote it in a newer format.`);
  }
  return { header, lines };
}

/** Parses each line, compares the trailer, and leaves it out. */
async function* checkedLines(lines: AsyncIterable<string>): AsyncGenerator {
  const hash = createHash('sha256');
  const rows: Record<string, number> = {};
  let table: string | undefined;
  let trailer: unknown;
  for await (const line of lines) {
    if (trailer !== undefined) throw damaged('There is more behind its end.');
    const value = parseJson(line);
    if (isTrailer(value)) {
      trailer = value;
      continue;
    }
    hash.update(line).update('\n');
    if (Array.isArray(value) && table !== undefined) rows[table] = (rows[table] ?? 0) + 1;
    const named = tableOf(value);
    if (named !== undefined) rows[(table = named)] = 0;
    yield value;
  }
  const { rows: promised, sha256 } = trailerSchema.safeParse(trailer).data ?? {};
  if (promised === undefined) throw damaged('Its end is missing.');
  if (sha256 !== hash.digest('hex')) throw damaged('Its content is not what was written.');
  const names = new Set([...Object.keys(rows), ...Object.keys(promised)]);
  if ([...names].some((name) => rows[name] !== promised[name])) throw damaged('It lacks rows.');
}

async function* splitLines(content: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of content) {
    const pieces = (rest + decoder.write(Buffer.from(chunk))).split('\n');
    rest = pieces.pop() ?? '';
    if (rest.length > longestLine) throw damaged('It holds a line without end.');
    yield* pieces;
  }
  if (rest !== '') throw damaged('Its last line is cut off.');
}

/** Whatever the layers below throw at bytes that are not theirs is one thing to the person. */
async function* asDamage<T>(lines: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* lines;
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    throw damaged(error instanceof Error ? error.message : String(error), error);
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw damaged('It holds a line that is no JSON.', error);
  }
}

function isTrailer(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'sha256' in value;
}

function tableOf(value: unknown): string | undefined {
  const named = typeof value === 'object' && value !== null && 'table' in value;
  return named && typeof value.table === 'string' ? value.table : undefined;
}

function damaged(why: string, cause?: unknown): HoldfastError {
  return new HoldfastError('backup-damaged', `The backup cannot be read to its end. ${why}`, { cause });
}
