import type { S3Client } from '@aws-sdk/client-s3';
import { HoldfastError } from '@holdfast/runtime';
import type { CallOptions, ObjectStore } from '../destination.ts';
import { checkKeyPrefix, checkObjectKey } from '../names.ts';
import { type ClientOptions, createS3Client, loadSdk, type S3Sdk } from './client.ts';
import { explainS3Failure } from './explain.ts';
import { isMissingObject } from './server-answer.ts';
import type { S3Settings } from './settings.ts';

/** Of one request, all its attempts included. Objects are small. */
const requestTimeoutMs = 60_000;

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
  /** Runs one request within its deadline; what it throws is explained. */
  const request = async <T>(
    options: CallOptions | undefined,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    const deadline = AbortSignal.timeout(requestTimeoutMs);
    const signal = options?.signal === undefined ? deadline : AbortSignal.any([options.signal, deadline]);
    try {
      return await work(signal);
    } catch (error) {
      // The SDK says only that it was aborted, not why.
      const reason: unknown = signal.aborted ? signal.reason : error;
      throw await explainS3Failure(reason, { settings, clockOffsetMs: clientOptions.clockOffsetMs });
    }
  };

  return {
    async put(key, body, options) {
      const Key = base + checkObjectKey(key);
      const { sdk, client } = await connect();
      const command = new sdk.PutObjectCommand({ Bucket, Key, Body: body });
      await request(options, (abortSignal) => client.send(command, { abortSignal }));
    },
    async get(key, options) {
      const Key = base + checkObjectKey(key);
      const { sdk, client } = await connect();
      const command = new sdk.GetObjectCommand({ Bucket, Key });
      return await request(options, async (abortSignal) => {
        try {
          const answer = await client.send(command, { abortSignal });
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
      const keys: string[] = [];
      let token: string | undefined;
      do {
        const command = new sdk.ListObjectsV2Command({ Bucket, Prefix, ContinuationToken: token });
        const page = await request(options, (abortSignal) => client.send(command, { abortSignal }));
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key.slice(base.length));
        token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
      } while (token !== undefined);
      return keys.sort();
    },
    async delete(key, options) {
      const Key = base + checkObjectKey(key);
      const { sdk, client } = await connect();
      // One by one: the request that deletes many is not understood everywhere.
      const command = new sdk.DeleteObjectCommand({ Bucket, Key });
      await request(options, async (abortSignal) => {
        try {
          await client.send(command, { abortSignal });
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
