import type { S3Client } from '@aws-sdk/client-s3';
import { HoldfastError } from '@holdfast/runtime';
import type { ObjectStore } from '../destination.ts';
import { checkKeyPrefix, checkObjectKey } from '../names.ts';
import { type ClientOptions, createS3Client, loadSdk, type S3Sdk } from './client.ts';
import { explainS3Failure } from './explain.ts';
import { isMissingObject } from './server-answer.ts';
import type { S3Settings } from './settings.ts';

export interface S3ObjectStore extends ObjectStore {
  /** Closes idle connections. Without it they close by themselves and keep no process alive. */
  close(): Promise<void>;
}

/** Objects below the prefix of a bucket. Connects, and loads the SDK, on first use. */
export function s3ObjectStore(settings: S3Settings, clientOptions: ClientOptions): S3ObjectStore {
  let connection: Promise<{ sdk: S3Sdk; client: S3Client }> | undefined;
  const connect = () => {
    connection ??= loadSdk().then((sdk) => ({ sdk, client: createS3Client(sdk, settings, clientOptions) }));
    return connection;
  };
  const Bucket = settings.bucket;
  const base = settings.prefix === '' ? '' : `${settings.prefix}/`;
  const explained = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw await explainS3Failure(error, { settings, clockOffsetMs: clientOptions.clockOffsetMs });
    }
  };

  return {
    async put(key, body, options) {
      const Key = base + checkObjectKey(key);
      const { sdk, client } = await connect();
      await explained(() =>
        client.send(new sdk.PutObjectCommand({ Bucket, Key, Body: body }), { abortSignal: options?.signal }),
      );
    },
    async get(key, options) {
      const Key = base + checkObjectKey(key);
      const { sdk, client } = await connect();
      return await explained(async () => {
        try {
          const answer = await client.send(new sdk.GetObjectCommand({ Bucket, Key }), {
            abortSignal: options?.signal,
          });
          return (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
        } catch (error) {
          if (!isMissingObject(error)) throw error;
          throw new HoldfastError('not-found', `The bucket holds no object ${JSON.stringify(Key)}.`);
        }
      });
    },
    async list(prefix, options) {
      const Prefix = base + checkKeyPrefix(prefix);
      const { sdk, client } = await connect();
      return await explained(async () => {
        const keys: string[] = [];
        let token: string | undefined;
        do {
          const page = await client.send(
            new sdk.ListObjectsV2Command({ Bucket, Prefix, ContinuationToken: token }),
            { abortSignal: options?.signal },
          );
          for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key.slice(base.length));
          token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
        } while (token !== undefined);
        return keys.sort();
      });
    },
    async delete(key, options) {
      const Key = base + checkObjectKey(key);
      const { sdk, client } = await connect();
      await explained(async () => {
        try {
          // One by one: the request that deletes many is not understood everywhere.
          await client.send(new sdk.DeleteObjectCommand({ Bucket, Key }), { abortSignal: options?.signal });
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
