import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ErrorCode } from '@holdfast/contracts';
import { afterEach, expect, test } from 'vitest';
import { openDestination } from '../registry.ts';

/**
 * Answers of providers that cannot be had on a test machine, as their documentation and their users' reports give
 * them, served over real HTTP to the real client. Servers that can be had are in the suites.
 */
interface DocumentedAnswer {
  readonly name: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  readonly code: ErrorCode;
  readonly detail: RegExp;
  readonly hint?: RegExp;
}

const s3Error = (code: string, message: string, more = '') =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message>${more}</Error>`;

const answers: readonly DocumentedAnswer[] = [
  {
    name: 'AWS, bucket of another region: 301 with the region in a header',
    status: 301,
    headers: { 'x-amz-bucket-region': 'eu-west-1' },
    body: s3Error(
      'PermanentRedirect',
      'The bucket you are attempting to access must be addressed using the specified endpoint.',
      '<Endpoint>s3-eu-west-1.amazonaws.com</Endpoint><Bucket>app</Bucket>',
    ),
    code: 'destination-region-wrong',
    detail: /is set to us-east-1, but the bucket "app" is in eu-west-1/,
    hint: /region=eu-west-1/,
  },
  {
    name: 'AWS, signature for another region: 400 with the region in the body',
    status: 400,
    body: s3Error(
      'AuthorizationHeaderMalformed',
      "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-central-1'",
      '<Region>eu-central-1</Region>',
    ),
    code: 'destination-region-wrong',
    detail: /is in eu-central-1/,
  },
  {
    name: 'AWS, a redirect without any word about the region',
    status: 307,
    body: s3Error('TemporaryRedirect', 'Please re-send this request to the specified temporary endpoint.'),
    code: 'destination-region-wrong',
    detail: /that is not the region/,
  },
  {
    name: 'Cloudflare R2, a region of AWS',
    status: 400,
    body: s3Error(
      'InvalidRegionName',
      "The region name 'us-east-1' is not valid. Must be one of: wnam, enam, weur, eeur, apac, auto",
    ),
    code: 'destination-region-wrong',
    detail: /Must be one of: .*auto/,
  },
  {
    name: 'Cloudflare R2, an access key that cannot be one',
    status: 400,
    body: s3Error('InvalidArgument', 'Credential access key has length 20, should be 32'),
    code: 'destination-key-unknown',
    detail: /"KEY" is not known/,
  },
  {
    name: 'Cloudflare R2, an unknown access key',
    status: 401,
    body: s3Error('Unauthorized', 'Unauthorized'),
    code: 'destination-key-unknown',
    detail: /"KEY" is not known/,
  },
  {
    name: 'AWS, an empty access key in the header',
    status: 400,
    body: s3Error(
      'AuthorizationHeaderMalformed',
      'The authorization header is malformed; a non-empty Access Key (AKID) must be provided in the credential.',
    ),
    code: 'destination-key-unknown',
    detail: /is not known/,
  },
  {
    name: 'Backblaze B2, a storage cap',
    status: 403,
    body: s3Error('AccessDenied', 'Cannot upload files, storage cap exceeded. See the Caps & Alerts page'),
    code: 'destination-full',
    detail: /full, or over its quota/,
  },
  {
    name: 'Ceph, a quota',
    status: 403,
    body: '<?xml version="1.0" encoding="UTF-8"?><Error><Code>QuotaExceeded</Code><BucketName>app</BucketName></Error>',
    code: 'destination-full',
    detail: /full, or over its quota/,
  },
  {
    name: 'MinIO, a full disk',
    status: 507,
    body: s3Error('XMinioStorageFull', 'Storage backend has reached its minimum free drive threshold.'),
    code: 'destination-full',
    detail: /full, or over its quota/,
  },
  {
    name: 'a denied access of which the clock is the reason',
    status: 403,
    headers: { date: 'Wed, 01 Jan 2020 00:00:00 GMT' },
    body: s3Error('AccessDenied', 'Access Denied'),
    code: 'destination-clock-skew',
    detail: /minutes ahead of the clock of the storage/,
  },
  {
    name: 'a server that is too busy',
    status: 503,
    body: s3Error('SlowDown', 'Please reduce your request rate.'),
    code: 'destination-failed',
    detail: /503 SlowDown: Please reduce your request rate/,
  },
  {
    name: 'a web page that answers everything',
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: '<!doctype html><html><head><link rel="icon"><title>Console</title></head><body><br>Hello</body></html>',
    code: 'destination-failed',
    detail: /not in the words of S3/,
    hint: /web console/,
  },
  {
    name: 'a server that repeats the secret in its message',
    status: 418,
    body: s3Error('Teapot', 'your secret hunter22-and-more is bad'),
    code: 'destination-failed',
    detail: /your secret \[redacted\] is bad/,
  },
];

let server: Server | undefined;

afterEach(async () => {
  server?.close();
  server?.closeAllConnections();
  if (server?.listening) await once(server, 'close');
});

test.each(answers)('$name', async ({ status, headers, body, code, detail, hint }) => {
  let requests = 0;
  server = createServer((request, response) => {
    requests += 1;
    request.resume();
    response.writeHead(status, { 'content-type': 'application/xml', ...headers }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const { port } = server.address() as AddressInfo;
  const settings = { endpoint: `http://127.0.0.1:${port}`, bucket: 'app', accessKeyId: 'KEY' };
  const result = await openDestination('s3', { ...settings, secretAccessKey: 'hunter22-and-more' }).probe();
  expect(result).toMatchObject({ ok: false, error: { code, detail: expect.stringMatching(detail) } });
  if (hint !== undefined) expect(result.error?.hint).toMatch(hint);
  expect(JSON.stringify(result)).not.toContain('hunter22');
  expect(requests).toBe(1);
});
