/** What a provider of S3-compatible storage calls things, and what can be filled in from that. */
export interface S3Preset {
  readonly id: string;
  readonly name: string;
  /** `{region}` is replaced by what is entered as the region. Absent: only the person knows it. */
  readonly endpointPattern?: string;
  readonly endpointExample: string;
  readonly endpointHint: string;
  /** Where the provider has one for all. */
  readonly region?: string;
  readonly regionExample: string;
  readonly regionHint: string;
  /** Where the access keys are made. */
  readonly keysHint: string;
}

/** From the providers' own documentation of their S3 endpoints, read 2026-11. */
export const s3Presets: readonly S3Preset[] = [
  {
    id: 'aws',
    name: 'AWS S3',
    endpointPattern: 'https://s3.{region}.amazonaws.com',
    endpointExample: 'https://s3.eu-central-1.amazonaws.com',
    endpointHint: 'Follows from the region',
    regionExample: 'eu-central-1',
    regionHint: 'The console shows it beside the bucket',
    keysHint:
      'IAM, user, security credentials. The user needs to get, put, list and delete in this bucket only.',
  },
  {
    id: 'r2',
    name: 'Cloudflare R2',
    endpointExample: 'https://ACCOUNT_ID.r2.cloudflarestorage.com',
    endpointHint: 'With the id of your account; the settings of the bucket show it as "S3 API"',
    region: 'auto',
    regionExample: 'auto',
    regionHint: 'Always auto',
    keysHint: 'R2, Manage API tokens: object read and write for this bucket.',
  },
  {
    id: 'b2',
    name: 'Backblaze B2',
    endpointPattern: 'https://s3.{region}.backblazeb2.com',
    endpointExample: 'https://s3.eu-central-003.backblazeb2.com',
    endpointHint: 'Follows from the region; the bucket shows it as its endpoint',
    regionExample: 'eu-central-003',
    regionHint: 'The second part of the endpoint that the bucket shows',
    keysHint: 'Application keys, with read and write access to this bucket. keyID is the access key.',
  },
  {
    id: 'wasabi',
    name: 'Wasabi',
    endpointPattern: 'https://s3.{region}.wasabisys.com',
    endpointExample: 'https://s3.eu-central-1.wasabisys.com',
    endpointHint: 'Follows from the region',
    regionExample: 'eu-central-1',
    regionHint: 'The list of buckets shows it',
    keysHint: 'Access keys, of a sub-user that may use this bucket only.',
  },
  {
    id: 'hetzner',
    name: 'Hetzner Object Storage',
    endpointPattern: 'https://{region}.your-objectstorage.com',
    endpointExample: 'https://fsn1.your-objectstorage.com',
    endpointHint: 'Follows from the location',
    regionExample: 'fsn1',
    regionHint: 'The location of the bucket: fsn1, nbg1 or hel1',
    keysHint: 'Security, S3 credentials, of the project that has the bucket.',
  },
  {
    id: 'spaces',
    name: 'DigitalOcean Spaces',
    endpointPattern: 'https://{region}.digitaloceanspaces.com',
    endpointExample: 'https://fra1.digitaloceanspaces.com',
    endpointHint: 'Follows from the region; without the name of the bucket in front',
    regionExample: 'fra1',
    regionHint: 'The datacentre of the Space',
    keysHint: 'Spaces Object Storage, access keys, with read, write and delete for this bucket.',
  },
  {
    id: 'minio',
    name: 'MinIO',
    endpointExample: 'https://minio.example.org:9000',
    endpointHint: 'Of the server, not of its console; with its port',
    region: 'us-east-1',
    regionExample: 'us-east-1',
    regionHint: 'us-east-1, unless the server was set up with another one',
    keysHint: 'Access keys in its console, of a user who may use this bucket.',
  },
  {
    id: 'other',
    name: 'Another provider or server',
    endpointExample: 'https://s3.example.org',
    endpointHint: 'Scheme, host and port, without the bucket',
    regionExample: 'us-east-1',
    regionHint: 'Empty where the provider knows none',
    keysHint: 'They need to get, put, list and delete objects in this bucket.',
  },
];
