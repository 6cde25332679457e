import type { S3Client } from '@aws-sdk/client-s3';
import type { S3Settings } from './settings.ts';

export type S3Sdk = typeof import('@aws-sdk/client-s3');

/** The SDK takes a fifth of a second to load, which no command that does not need it should pay. */
export function loadSdk(): Promise<S3Sdk> {
  return import('@aws-sdk/client-s3');
}

export interface ClientOptions {
  readonly maxAttempts: number;
  /** Milliseconds by which this client's clock is moved; for tests of clocks that are wrong. */
  readonly clockOffsetMs?: number;
}

/**
 * A client that asks only for what every S3-compatible server understands: path-style addresses, no checksum
 * trailers (Ceph and Swift refuse them), and nothing taken from the environment or the files of other AWS tools.
 */
export function createS3Client(sdk: S3Sdk, settings: S3Settings, options: ClientOptions): S3Client {
  return new sdk.S3Client({
    endpoint: settings.endpoint,
    region: settings.region,
    credentials: {
      accessKeyId: settings.accessKeyId,
      secretAccessKey: settings.secretAccessKey.reveal(),
    },
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // With it, the SDK sends large bodies over an agent of its own, which does not know the CA certificate.
    expectContinueHeader: false,
    followRegionRedirects: false,
    disableS3ExpressSessionAuth: true,
    useArnRegion: false,
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    defaultsMode: 'standard',
    retryMode: 'standard',
    maxAttempts: options.maxAttempts,
    systemClockOffset: options.clockOffsetMs ?? 0,
    requestHandler: {
      connectionTimeout: 5000,
      // Between two packets: a body that stops coming does not hang for ever.
      socketTimeout: 30_000,
      httpsAgent: settings.caCertificate === undefined ? {} : { ca: settings.caCertificate },
    },
  });
}
