import type { StoragePrice } from '../cost.ts';

/** What is known about a provider of S3-compatible storage. Used to complete settings and to word hints. */
export interface S3Provider {
  readonly id: string;
  readonly name: string;
  /** How its endpoints look, for people. */
  readonly endpointExample: string;
  /** Matches the host of its path-style endpoints; a group named `region` holds the region. */
  readonly host: RegExp;
  /** Where the host does not say. */
  readonly defaultRegion: string;
  readonly regionHint: string;
  /** Absent where the published price is not known for certain, or depends on the machine it runs on. */
  readonly price?: StoragePrice;
}

const dollars = (
  perGigabyteMonth: number,
  rest: Omit<StoragePrice, 'currency' | 'perGigabyteMonth'>,
): StoragePrice => ({ currency: 'USD', perGigabyteMonth, ...rest });

/** From the providers' own documentation of their S3 endpoints, read 2026-11. */
export const s3Providers: readonly S3Provider[] = [
  {
    id: 'aws',
    name: 'AWS S3',
    endpointExample: 'https://s3.eu-central-1.amazonaws.com',
    host: /^s3(?:[.-](?:dualstack\.)?(?<region>[a-z]{2}(?:-[a-z]+)+-\d))?\.amazonaws\.com(?:\.cn)?$/,
    defaultRegion: 'us-east-1',
    regionHint: 'the region that the console shows beside the bucket, for example eu-central-1',
    price: dollars(0.023, { basePerMonth: 0, includedGigabytes: 0, asOf: '2026-05' }),
  },
  {
    id: 'r2',
    name: 'Cloudflare R2',
    endpointExample: 'https://ACCOUNT_ID.r2.cloudflarestorage.com',
    host: /^[0-9a-f]{32}\.(?:(?:eu|fedramp)\.)?r2\.cloudflarestorage\.com$/,
    defaultRegion: 'auto',
    regionHint: 'auto',
    price: dollars(0.015, { basePerMonth: 0, includedGigabytes: 10, asOf: '2026-08' }),
  },
  {
    id: 'spaces',
    name: 'DigitalOcean Spaces',
    endpointExample: 'https://fra1.digitaloceanspaces.com',
    host: /^(?<region>[a-z]{3}\d)\.digitaloceanspaces\.com$/,
    defaultRegion: 'us-east-1',
    regionHint: 'the datacentre at the beginning of the endpoint, for example fra1',
    price: dollars(0.02, { basePerMonth: 5, includedGigabytes: 250, asOf: '2026-05' }),
  },
  {
    id: 'wasabi',
    name: 'Wasabi',
    endpointExample: 'https://s3.eu-central-1.wasabisys.com',
    host: /^s3(?:\.(?<region>[a-z]{2}-[a-z]+-\d))?\.wasabisys\.com$/,
    defaultRegion: 'us-east-1',
    regionHint: 'the region in the endpoint, for example eu-central-1',
    price: dollars(0.007_99, { basePerMonth: 7.99, includedGigabytes: 1000, asOf: '2026-07' }),
  },
  {
    id: 'hetzner',
    name: 'Hetzner Object Storage',
    endpointExample: 'https://fsn1.your-objectstorage.com',
    host: /^(?<region>[a-z]{3}\d)\.your-objectstorage\.com$/,
    defaultRegion: 'fsn1',
    regionHint: 'the location at the beginning of the endpoint: fsn1, nbg1 or hel1',
  },
  {
    id: 'b2',
    name: 'Backblaze B2',
    endpointExample: 'https://s3.eu-central-003.backblazeb2.com',
    host: /^s3\.(?<region>[a-z]{2}-[a-z]+-\d{3})\.backblazeb2\.com$/,
    defaultRegion: 'us-west-004',
    regionHint: 'the region in the endpoint, for example eu-central-003',
    price: dollars(0.006, { basePerMonth: 0, includedGigabytes: 10, asOf: '2026-05' }),
  },
  {
    id: 'minio',
    name: 'MinIO',
    endpointExample: 'https://minio.example.org:9000',
    // Runs on any host: known by its name only where a person chose one that says so.
    host: /^minio\./,
    defaultRegion: 'us-east-1',
    regionHint: 'us-east-1, unless the server was started with MINIO_SITE_REGION',
  },
];

export function providerOf(endpoint: string): S3Provider | undefined {
  const host = hostOf(endpoint);
  return s3Providers.find((provider) => provider.host.test(host));
}

/** The region that an endpoint implies; us-east-1, the default of the protocol, where nothing is known. */
export function regionOf(endpoint: string): string {
  const provider = providerOf(endpoint);
  if (provider === undefined) return 'us-east-1';
  return provider.host.exec(hostOf(endpoint))?.groups?.['region'] ?? provider.defaultRegion;
}

/** The provider's own endpoint where `endpoint` has the bucket in front of it (virtual-hosted style). */
export function endpointWithoutBucket(endpoint: string, bucket: string): string | undefined {
  const url = new URL(endpoint);
  if (!url.hostname.startsWith(`${bucket.toLowerCase()}.`)) return undefined;
  url.hostname = url.hostname.slice(bucket.length + 1);
  return providerOf(url.origin) === undefined ? undefined : url.origin;
}

function hostOf(endpoint: string): string {
  return new URL(endpoint).hostname;
}
