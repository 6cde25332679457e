import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { type Manifest, manifestSchema } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import { extract, pack } from 'tar-stream';

export const manifestPath = '/manifest.tar';
const manifestName = 'manifest.json';

/** Manifest and attachments are small; a tar that says otherwise is not ours. */
const maximumBytes = 64 * 1024 * 1024;

export interface Attachment {
  readonly name: string;
  readonly content: Uint8Array;
}

/** The manifest and the source's attachments as one tar; the stock tar reads it. */
export async function packManifest(manifest: Manifest, attachments: readonly Attachment[]): Promise<Buffer> {
  const tar = pack();
  const mtime = new Date(manifest.snapshot.time);
  const json = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  for (const { name, content } of [{ name: manifestName, content: json }, ...attachments]) {
    tar.entry({ name, mode: 0o600, mtime }, Buffer.from(content));
  }
  tar.finalize();
  return buffer(tar);
}

/** @throws HoldfastError `repository-corrupt` when what was stored is no manifest that this version reads */
export async function unpackManifest(
  stream: Readable,
): Promise<{ manifest: Manifest; attachments: Map<string, Uint8Array> }> {
  const files = await readFiles(stream);
  const json = files.get(manifestName);
  if (json === undefined) throw unreadable('it holds no manifest.json');
  files.delete(manifestName);
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(json));
  } catch (error) {
    throw unreadable('its manifest.json is no JSON', error);
  }
  const manifest = manifestSchema.safeParse(parsed);
  if (!manifest.success) throw unreadable(manifest.error.issues[0]?.message ?? 'it has another form');
  return { manifest: manifest.data, attachments: files };
}

async function readFiles(stream: Readable): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const tar = extract();
  try {
    const feeding = pipeline(stream, bounded, tar);
    const reading = (async () => {
      for await (const entry of tar) files.set(entry.header.name, await buffer(entry));
    })();
    await Promise.all([feeding, reading]);
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    throw unreadable('the tar ends early or is damaged', error);
  }
  return files;
}

async function* bounded(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > maximumBytes) throw unreadable('it is larger than any manifest');
    yield chunk;
  }
}

function unreadable(why: string, cause?: unknown): HoldfastError {
  return new HoldfastError('repository-corrupt', `The manifest of the snapshot cannot be read: ${why}.`, {
    cause,
  });
}
