import { randomUUID } from 'node:crypto';
import { createS3Client, loadSdk } from '../s3/client.ts';
import { s3SettingsSchema } from '../s3/settings.ts';
import type { LabS3 } from './lab-s3.ts';

export interface ScratchBucket {
  readonly name: string;
  /** Denies these actions to everybody, the owner included; an empty list allows everything again. */
  deny(actions: readonly string[]): Promise<void>;
  /** Deletes every object and the bucket. */
  remove(): Promise<void>;
}

/** Makes a bucket of the test's own. */
export async function makeScratchBucket(lab: LabS3): Promise<ScratchBucket> {
  const name = `suite-${randomUUID().slice(0, 18)}`;
  const sdk = await loadSdk();
  const client = createS3Client(sdk, s3SettingsSchema.parse({ ...lab, bucket: name }), { maxAttempts: 3 });
  const Bucket = name;
  await client.send(new sdk.CreateBucketCommand({ Bucket }));
  const deny = async (actions: readonly string[]) => {
    if (actions.length === 0) {
      await client.send(new sdk.DeleteBucketPolicyCommand({ Bucket }));
      return;
    }
    const Statement = [
      {
        Effect: 'Deny',
        Principal: '*',
        Action: actions,
        Resource: [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`],
      },
    ];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await client.send(new sdk.PutBucketPolicyCommand({ Bucket, Policy }));
  };
  return {
    name,
    deny,
    async remove() {
      for (;;) {
        const page = await client.send(new sdk.ListObjectsV2Command({ Bucket }));
        const keys = (page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
        if (keys.length === 0) break;
        await Promise.all(keys.map((Key) => client.send(new sdk.DeleteObjectCommand({ Bucket, Key }))));
      }
      await client.send(new sdk.DeleteBucketCommand({ Bucket }));
      client.destroy();
    },
  };
}
