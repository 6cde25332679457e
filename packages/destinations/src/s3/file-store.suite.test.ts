import { randomUUID } from 'node:crypto';
import { fileStoreSuite } from '../testing/file-store-suite.ts';
import { labS3 } from '../testing/lab-s3.ts';
import { makeScratchBucket } from '../testing/scratch-bucket.ts';

const lab = labS3('S3');
const bucket = await makeScratchBucket(lab);

const entered = (changes: Readonly<Record<string, unknown>> = {}) =>
  Promise.resolve({
    endpoint: lab.endpoint,
    region: lab.region,
    bucket: bucket.name,
    prefix: `odd prefix/${randomUUID()}`,
    accessKeyId: lab.accessKeyId,
    secretAccessKey: lab.secretAccessKey,
    ...changes,
  });

fileStoreSuite({
  provider: 's3',
  freshSettings: () => entered(),
  wrong: [
    {
      name: 'that the secret is wrong',
      settings: () => entered({ secretAccessKey: 'not-the-secret' }),
      code: 'destination-secret-wrong',
    },
    {
      name: 'that the bucket is missing',
      settings: () => entered({ bucket: `missing-${randomUUID().slice(0, 8)}` }),
      code: 'destination-bucket-missing',
    },
  ],
  cleanUp: () => bucket.remove(),
});
