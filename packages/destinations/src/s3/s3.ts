import type { Access, DestinationKind } from '../destination.ts';
import { repositoryKey } from '../names.ts';
import { caCertificateFile } from './ca-certificate-file.ts';
import { s3ObjectStore } from './object-store.ts';
import { probeS3 } from './probe.ts';
import { providerOf } from './providers.ts';
import { type S3Settings, s3SettingsSchema } from './settings.ts';

/** A bucket at AWS or at any provider or server that speaks the same protocol. */
export const s3Destination: DestinationKind<S3Settings> = {
  kind: 's3',
  traits: { onThisMachine: false },
  settings: s3SettingsSchema,
  secretSettings: ['secretAccessKey'],
  describe: (settings) => [settings.endpoint, settings.bucket, ...folders(settings)].join('/'),
  price: (settings) => providerOf(settings.endpoint)?.price,
  access: s3Access,
  objects: (settings) => s3ObjectStore(settings, { maxAttempts: 3 }),
  probe: probeS3,
};

function s3Access(settings: S3Settings, repositoryName: string): Access {
  const path = [settings.bucket, ...folders(settings), repositoryKey(repositoryName)].join('/');
  return {
    // restic decodes the path of this address, so odd characters of a prefix are encoded.
    location: `s3:${settings.endpoint}/${path.split('/').map(encodeURIComponent).join('/')}`,
    environment: {
      AWS_ACCESS_KEY_ID: settings.accessKeyId,
      AWS_SECRET_ACCESS_KEY: settings.secretAccessKey,
      AWS_DEFAULT_REGION: settings.region,
      // Not taken from the surroundings of this process: a foreign token would spoil the signature.
      AWS_SESSION_TOKEN: '',
      ...(settings.caCertificate === undefined
        ? {}
        : { RESTIC_CACERT: caCertificateFile(settings.caCertificate) }),
    },
    options: ['s3.bucket-lookup=path', `s3.region=${settings.region}`],
  };
}

function folders(settings: S3Settings): string[] {
  return settings.prefix === '' ? [] : settings.prefix.split('/');
}
