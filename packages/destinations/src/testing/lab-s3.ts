import { readFileSync } from 'node:fs';
import { Secret } from '@holdfast/runtime';

export interface LabS3 {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  /** PEM; of a server that speaks TLS with a certificate of its own. */
  readonly caCertificate?: string;
}

/**
 * The S3-compatible server that `scripts/lab` started, from `HOLDFAST_LAB_<name>_ENDPOINT` and so on.
 * @throws when it is not there: a suite that needs it must not pass without it
 */
export function labS3(name: 'S3' | 'SWIFT'): LabS3 {
  const read = (setting: string): string => {
    const variable = `HOLDFAST_LAB_${name}_${setting}`;
    const value = process.env[variable];
    if (value === undefined || value === '') throw new Error(`${variable} is not set: start the lab first`);
    return value;
  };
  const caFile = process.env[`HOLDFAST_LAB_${name}_CA`];
  return {
    ...(caFile === undefined || caFile === '' ? {} : { caCertificate: readFileSync(caFile, 'utf8') }),
    endpoint: read('ENDPOINT'),
    region: read('REGION'),
    accessKeyId: read('ACCESS_KEY'),
    secretAccessKey: new Secret(read('SECRET_KEY')),
  };
}
