import { Readable } from 'node:stream';
import { HoldfastError } from '@holdfast/runtime';
import { counted } from '../counted.ts';
import type { CallOptions } from '../destination.ts';
import type { FileStore } from '../file-store.ts';
import { checkKeyPrefix, checkObjectKey } from '../names.ts';
import { prefixedUris } from '../prefixed-uri.ts';
import { createS3Client, loadSdk } from './client.ts';
import { explainS3Failure } from './explain.ts';
import { isMissingObject } from './server-answer.ts';
import type { S3Settings } from './settings.ts';

const partBytes = 8 * 1024 * 1024;

/** Files as objects below the prefix of a bucket, sent in parts. Connects, and loads the SDK, on first use. */
export function s3FileStore(settings: S3Settings): FileStore {
  const Bucket = settings.bucket;
  const { base, uriOf, keyOf } = prefixedUris('s3', Bucket, settings.prefix);
  let connection: Promise<Awaited<ReturnType<typeof connectOnce>>> | undefined;
  const connectOnce = async () => {
    const [sdk, { Upload }] = await Promise.all([loadSdk(), import('@aws-sdk/lib-storage')]);
    return { sdk, Upload, client: createS3Client(sdk, settings, { maxAttempts: 3 }) };
  };
  const connect = () => {
    connection ??= connectOnce();
    return connection;
  };
  const explained = async <T>({ signal }: CallOptions, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw await explainS3Failure(signal?.aborted === true ? signal.reason : error, { settings });
    }
  };

  return {
    uriOf,
    keyOf,
    async put(key, source, options = {}) {
      const Key = base + checkObjectKey(key);
      const { sdk, Upload, client } = await connect();
      const { body, assertStored } = counted(source, options.signal);
      return explained(options, async () => {
        // What fails midway is aborted: parts of it are neither seen nor kept.
        const upload = new Upload({
          client,
          params: { Bucket, Key, Body: Readable.from(body, { objectMode: false }) },
          partSize: partBytes,
          queueSize: 2,
          leavePartsOnError: false,
        });
        const abort = () => void upload.abort();
        options.signal?.addEventListener('abort', abort, { once: true });
        try {
          options.signal?.throwIfAborted();
          await upload.done();
        } finally {
          options.signal?.removeEventListener('abort', abort);
        }
        const head = await client.send(new sdk.HeadObjectCommand({ Bucket, Key }));
        return assertStored(head.ContentLength ?? 0, key);
      });
    },
    async get(key, options = {}) {
      const Key = base + checkObjectKey(key);
      const { sdk, client } = await connect();
      const command = new sdk.GetObjectCommand({ Bucket, Key });
      return explained(options, async () => {
        try {
          const answer = await client.send(command, { abortSignal: options.signal });
          return answer.Body instanceof Readable ? answer.Body : Readable.from([]);
        } catch (error) {
          if (!isMissingObject(error)) throw error;
          throw new HoldfastError('not-found', `The bucket holds no object ${JSON.stringify(Key)}.`);
        }
      });
    },
    async list(prefix, options = {}) {
      const Prefix = base + checkKeyPrefix(prefix);
      const { sdk, client } = await connect();
      return explained(options, async () => {
        const pages = sdk.paginateListObjectsV2({ client }, { Bucket, Prefix });
        const files = [];
        for await (const { Contents } of pages) {
          for (const { Key, Size } of Contents ?? []) {
            if (Key !== undefined) files.push({ key: Key.slice(base.length), bytes: Size ?? 0 });
          }
        }
        return files.sort((a, b) => (a.key < b.key ? -1 : 1));
      });
    },
    async delete(key, options = {}) {
      const Key = base + checkObjectKey(key);
      const { sdk, client } = await connect();
      await explained(options, async () => {
        try {
          await client.send(new sdk.DeleteObjectCommand({ Bucket, Key }), { abortSignal: options.signal });
        } catch (error) {
          if (!isMissingObject(error)) throw error;
        }
      });
    },
    async close() {
      if (connection !== undefined) (await connection).client.destroy();
    },
  };
}
