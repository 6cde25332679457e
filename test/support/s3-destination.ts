import { randomUUID } from 'node:crypto';
import { type LabS3, labS3 } from '@holdfast/destinations/testing';
import type { Holdfast, Outcome } from './holdfast.ts';

/** A place of the test's own in the lab's bucket. */
export interface LabPlace extends LabS3 {
  readonly bucket: string;
  readonly prefix: string;
  /** What stock restic takes for the repository of a source there. */
  repository(source: string): string;
  /** The variables that stock restic needs for it. */
  readonly credentials: Readonly<Record<string, string>>;
}

export function labPlace(): LabPlace {
  const lab = labS3('S3');
  const bucket = process.env['HOLDFAST_LAB_S3_BUCKET'] ?? '';
  const prefix = `e2e-${randomUUID()}`;
  return {
    ...lab,
    bucket,
    prefix,
    repository: (source) => `s3:${lab.endpoint}/${bucket}/${prefix}/restic/${source}`,
    credentials: {
      AWS_ACCESS_KEY_ID: lab.accessKeyId,
      AWS_SECRET_ACCESS_KEY: lab.secretAccessKey.reveal(),
      AWS_DEFAULT_REGION: lab.region,
    },
  };
}

export interface S3Settings {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly prefix: string;
  readonly accessKeyId: string;
}

/** `destinations add NAME --kind s3 … --json`, the secret by an environment variable. */
export function addS3Destination(
  holdfast: Holdfast,
  name: string,
  { endpoint, bucket, region, prefix, accessKeyId }: S3Settings,
  secret: string,
  more: readonly string[] = [],
): Promise<Outcome> {
  const settings = Object.entries({ endpoint, bucket, region, prefix, accessKeyId });
  const given = settings.flatMap(([key, value]) => ['--set', `${key}=${value}`]);
  const hidden = ['--secret-env', 'secretAccessKey=SECRET_OF_THE_TEST'];
  const add = ['destinations', 'add', name, '--kind', 's3', '--json'];
  return holdfast.with({ SECRET_OF_THE_TEST: secret }).run(...add, ...hidden, ...given, ...more);
}
