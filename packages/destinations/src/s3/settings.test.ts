import { Secret } from '@holdfast/runtime';
import { describe, expect, test } from 'vitest';
import { s3Providers } from './providers.ts';
import { s3SettingsSchema } from './settings.ts';

const least = { bucket: 'backups', accessKeyId: 'key', secretAccessKey: 'secret' };

function parse(changes: Readonly<Record<string, unknown>>) {
  return s3SettingsSchema.parse({ ...least, ...changes });
}

function complaint(changes: Readonly<Record<string, unknown>>): string {
  const parsed = s3SettingsSchema.safeParse({ ...least, ...changes });
  return (parsed.error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n');
}

describe('the region', () => {
  test.each([
    ['https://s3.eu-central-1.amazonaws.com', 'eu-central-1'],
    ['https://s3.dualstack.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
    ['https://s3.amazonaws.com', 'us-east-1'],
    ['https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com', 'auto'],
    ['https://0123456789abcdef0123456789abcdef.eu.r2.cloudflarestorage.com', 'auto'],
    ['https://fra1.digitaloceanspaces.com', 'fra1'],
    ['https://s3.wasabisys.com', 'us-east-1'],
    ['https://s3.ap-northeast-2.wasabisys.com', 'ap-northeast-2'],
    ['https://hel1.your-objectstorage.com', 'hel1'],
    ['https://s3.us-west-004.backblazeb2.com', 'us-west-004'],
    ['https://minio.example.org:9000', 'us-east-1'],
    ['http://10.0.0.7:9000', 'us-east-1'],
  ])('of %s is %s', (endpoint, region) => {
    expect(parse({ endpoint }).region).toBe(region);
  });

  test('is what was entered, whatever the endpoint says', () => {
    expect(parse({ endpoint: 'https://fra1.digitaloceanspaces.com', region: 'us-east-1' }).region).toBe(
      'us-east-1',
    );
  });

  test('alone makes the endpoint of AWS', () => {
    expect(parse({ region: 'eu-west-3' }).endpoint).toBe('https://s3.eu-west-3.amazonaws.com');
    expect(parse({ region: 'cn-north-1' }).endpoint).toBe('https://s3.cn-north-1.amazonaws.com.cn');
    expect(parse({})).toMatchObject({ endpoint: 'https://s3.us-east-1.amazonaws.com', region: 'us-east-1' });
  });
});

test('the example of each provider is recognised as that provider', () => {
  for (const provider of s3Providers) {
    const example = provider.endpointExample.replace('ACCOUNT_ID', '0123456789abcdef0123456789abcdef');
    expect(provider.host.test(new URL(example).hostname)).toBe(true);
  }
});

describe('the endpoint', () => {
  test.each([
    ['s3.example.org', 'https://s3.example.org'],
    ['S3.Example.org:9000/', 'https://s3.example.org:9000'],
    [' http://127.0.0.1:9000 ', 'http://127.0.0.1:9000'],
    ['https://[::1]:9000', 'https://[::1]:9000'],
  ])('%j is understood as %s', (endpoint, understood) => {
    expect(parse({ endpoint }).endpoint).toBe(understood);
  });

  test.each([
    ['https://s3.example.org/backups', /bucket, prefix and keys are settings of their own/],
    ['https://key:hunter22@s3.example.org', /settings of their own/],
    ['https://s3.example.org?x=1', /settings of their own/],
    ['ftp://s3.example.org', /must be an address/],
    ['https://', /must be an address/],
    ['a\nb', /control characters/],
    ['', /must not be empty/],
    [7, /endpoint/],
  ])('%j is refused', (endpoint, words) => {
    const said = complaint({ endpoint });
    expect(said).toMatch(words);
    expect(said).not.toContain('hunter22');
  });

  test.each([
    ['https://backups.fra1.digitaloceanspaces.com', 'https://fra1.digitaloceanspaces.com'],
    ['https://backups.s3.eu-central-1.amazonaws.com', 'https://s3.eu-central-1.amazonaws.com'],
  ])('%s begins with the bucket, and the right one is named', (endpoint, better) => {
    expect(complaint({ endpoint })).toBe(`endpoint: begins with the name of the bucket; use ${better}`);
  });

  test('of a server that happens to be named as the bucket is left alone', () => {
    expect(parse({ endpoint: 'https://backups.example.org' }).endpoint).toBe('https://backups.example.org');
  });
});

describe('the other settings', () => {
  test('the prefix loses the slashes at its ends', () => {
    expect(parse({ prefix: '/servers/web 1/' }).prefix).toBe('servers/web 1');
    expect(parse({}).prefix).toBe('');
  });

  test.each(['a//b', '../a', 'a/./b', 'a\0'])('the prefix %j is refused', (prefix) => {
    expect(complaint({ prefix })).toMatch(/^prefix: /);
  });

  test.each(['', 'a/b', '-a', 'a b', '$(x)'])('the bucket %j is refused', (bucket) => {
    expect(complaint({ bucket })).toMatch(/^bucket: /);
  });

  test('a secret is wrapped, freed of the spaces of copying, and never repeated in a complaint', () => {
    const parsed = parse({ secretAccessKey: ' hunter22\n' });
    expect(parsed.secretAccessKey.reveal()).toBe('hunter22');
    expect(parse({ secretAccessKey: new Secret('hunter22') }).secretAccessKey.reveal()).toBe('hunter22');
    const said = complaint({ secretAccessKey: 'hunter\n22', accessKeyId: '' });
    expect(said).toMatch(/secretAccessKey/);
    expect(said).not.toMatch(/hunter|22/);
  });

  test('what is missing is named', () => {
    const issues = s3SettingsSchema.safeParse({}).error?.issues ?? [];
    expect(issues.map((issue) => `${issue.path.join('.')} ${issue.message}`)).toEqual([
      'bucket is needed',
      'accessKeyId is needed',
      'secretAccessKey is needed',
    ]);
  });

  test('a certificate that is none is refused', () => {
    expect(complaint({ caCertificate: '-----BEGIN CERTIFICATE-----\nnonsense' })).toMatch(/PEM/);
  });
});
