import { randomUUID } from 'node:crypto';
import { destinationSuite } from '../testing/destination-suite.ts';
import { labS3 } from '../testing/lab-s3.ts';
import { makeScratchBucket } from '../testing/scratch-bucket.ts';

// A second server, of another make: it words its errors differently, and is the one that knows its region.
const lab = labS3('SWIFT');
const bucket = await makeScratchBucket(lab);

function entered(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    ...lab,
    bucket: bucket.name,
    prefix: `odd prefix/100% ünïcode?#&+/${randomUUID()}`,
    secretAccessKey: lab.secretAccessKey.reveal(),
    ...changes,
  };
}

destinationSuite({
  kind: 's3',
  freshSettings: async () => entered(),
  longList: 50,
  cleanUp: () => bucket.remove(),
  faults: [
    {
      name: 'a wrong region, and which one is right',
      settings: async () => entered({ region: 'us-east-1' }),
      code: 'destination-region-wrong',
      detail: new RegExp(`is set to us-east-1, but the bucket .* is in ${lab.region}`),
    },
    {
      name: 'an access key that nobody has, which this server does not tell from a wrong secret',
      settings: async () => entered({ accessKeyId: 'lab:nobody' }),
      code: 'destination-secret-wrong',
      detail: /does not fit/,
    },
    {
      name: 'a secret that does not fit the key',
      settings: async () => entered({ secretAccessKey: 'not-the-secret-of-that-key' }),
      code: 'destination-secret-wrong',
      detail: /does not fit/,
    },
    {
      name: 'a bucket that does not exist',
      settings: async () => entered({ bucket: 'no-such-bucket-anywhere' }),
      code: 'destination-bucket-missing',
      detail: /no bucket "no-such-bucket-anywhere"/,
    },
    {
      name: 'a name that no bucket can have',
      settings: async () => entered({ bucket: 'No_.Such..bucket' }),
      code: 'destination-bucket-missing',
      detail: /no bucket/,
    },
    {
      name: 'a certificate of its own that was not given',
      settings: async () => entered({ caCertificate: undefined }),
      code: 'destination-tls',
      detail: /self-signed/,
    },
    {
      name: 'http for a port that speaks TLS',
      settings: async () => entered({ endpoint: lab.endpoint.replace('https:', 'http:') }),
      code: 'destination-tls',
      detail: /speaks TLS, not plain HTTP/,
    },
  ],
});
