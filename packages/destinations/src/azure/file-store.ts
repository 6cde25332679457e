import { Readable } from 'node:stream';
import type { ContainerClient } from '@azure/storage-blob';
import { counted } from '../counted.ts';
import type { CallOptions } from '../destination.ts';
import type { FileStore } from '../file-store.ts';
import { checkKeyPrefix, checkObjectKey } from '../names.ts';
import { prefixedUris } from '../prefixed-uri.ts';
import { explainAzureFailure } from './explain.ts';
import type { AzureSettings } from './settings.ts';

const blockBytes = 8 * 1024 * 1024;

/** Files as block blobs below the prefix of a container. Connects, and loads the SDK, on first use. */
export function azureFileStore(settings: AzureSettings): FileStore {
  const { base, uriOf, keyOf } = prefixedUris('azure', settings.container, settings.prefix);
  let connection: Promise<ContainerClient> | undefined;
  const request = async <T>(
    { signal }: CallOptions,
    work: (container: ContainerClient) => Promise<T>,
  ): Promise<T> => {
    try {
      connection ??= connect(settings);
      return await work(await connection);
    } catch (error) {
      throw explainAzureFailure(signal?.aborted === true ? signal.reason : error, settings);
    }
  };
  const blobOf = (container: ContainerClient, key: string) => container.getBlockBlobClient(base + key);

  return {
    uriOf,
    keyOf,
    put(key, source, options = {}) {
      checkObjectKey(key);
      const { body, assertStored } = counted(source, options.signal);
      return request(options, async (container) => {
        const blob = blobOf(container, key);
        // Blocks that are not committed at the end are no blob: the service drops them by itself.
        const stream = Readable.from(body, { objectMode: false });
        await blob.uploadStream(stream, blockBytes, 2, { abortSignal: options.signal });
        const { contentLength } = await blob.getProperties({ abortSignal: options.signal });
        return assertStored(contentLength ?? 0, key);
      });
    },
    get(key, options = {}) {
      checkObjectKey(key);
      return request(options, async (container) => {
        const answer = await blobOf(container, key).download(0, undefined, { abortSignal: options.signal });
        return answer.readableStreamBody === undefined
          ? Readable.from([])
          : Readable.from(answer.readableStreamBody, { objectMode: false });
      });
    },
    list(prefix, options = {}) {
      const start = base + checkKeyPrefix(prefix);
      return request(options, async (container) => {
        const files = [];
        const blobs = container.listBlobsFlat({ prefix: start, abortSignal: options.signal });
        for await (const { name, properties } of blobs) {
          files.push({ key: name.slice(base.length), bytes: properties.contentLength ?? 0 });
        }
        return files.sort((a, b) => (a.key < b.key ? -1 : 1));
      });
    },
    delete(key, options = {}) {
      checkObjectKey(key);
      return request(options, async (container) => {
        await blobOf(container, key).deleteIfExists({ abortSignal: options.signal });
      });
    },
    close: () => Promise.resolve(),
  };
}

async function connect({ container, access }: AzureSettings): Promise<ContainerClient> {
  const { BlobServiceClient, StorageSharedKeyCredential } = await import('@azure/storage-blob');
  const options = { retryOptions: { maxTries: 3, retryDelayInMs: 500, tryTimeoutInMs: 60_000 } };
  const service =
    'connectionString' in access
      ? BlobServiceClient.fromConnectionString(access.connectionString.reveal(), options)
      : new BlobServiceClient(
          access.endpoint,
          new StorageSharedKeyCredential(access.account, access.key.reveal()),
          options,
        );
  return service.getContainerClient(container);
}
