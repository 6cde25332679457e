import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDestination } from '../registry.ts';
import { selfSignedCertificate } from '../testing/certificates.ts';
import { startCuttableProxy } from '../testing/cuttable-proxy.ts';
import { destinationSuite } from '../testing/destination-suite.ts';
import { labS3 } from '../testing/lab-s3.ts';
import { runRestic } from '../testing/run-restic.ts';
import { makeScratchBucket } from '../testing/scratch-bucket.ts';
import { startTlsFront } from '../testing/tls-front.ts';
import { probeS3 } from './probe.ts';
import { s3SettingsSchema } from './settings.ts';

const lab = labS3('S3');
const server = { host: new URL(lab.endpoint).hostname, port: Number(new URL(lab.endpoint).port || 80) };
const bucket = await makeScratchBucket(lab);
const atEnd: (() => Promise<void>)[] = [];

/** As a person enters them, in a place of the bucket that nothing has used. */
function entered(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    endpoint: lab.endpoint,
    region: lab.region,
    bucket: bucket.name,
    prefix: `odd prefix/100% ünïcode?#&+/${randomUUID()}`,
    accessKeyId: lab.accessKeyId,
    secretAccessKey: lab.secretAccessKey.reveal(),
    ...changes,
  };
}

async function bucketThatDenies(...actions: string[]): Promise<string> {
  const scratch = await makeScratchBucket(lab);
  await scratch.deny(actions);
  atEnd.push(async () => {
    await scratch.deny([]);
    await scratch.remove();
  });
  return scratch.name;
}

async function tlsEndpoint(certificate: Parameters<typeof selfSignedCertificate>[0]) {
  const made = selfSignedCertificate(certificate);
  const front = await startTlsFront(server, made);
  atEnd.push(() => front.close());
  return { endpoint: `https://127.0.0.1:${front.port}`, caCertificate: made.cert };
}

async function closedPort(): Promise<number> {
  const proxy = await startCuttableProxy(server);
  await proxy.close();
  return proxy.port;
}

destinationSuite({
  kind: 's3',
  freshSettings: async () => entered(),
  longList: 1005,
  async cleanUp() {
    for (const end of atEnd) await end();
    await bucket.remove();
  },
  faults: [
    {
      name: 'an access key that nobody has',
      settings: async () => entered({ accessKeyId: 'NOBODYHASTHISKEY' }),
      code: 'destination-key-unknown',
      detail: /"NOBODYHASTHISKEY" is not known/,
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
      name: 'a port where nothing listens',
      settings: async () => entered({ endpoint: `http://127.0.0.1:${await closedPort()}` }),
      code: 'destination-unreachable',
      detail: /refuses the connection/,
    },
    {
      name: 'a name that does not exist',
      settings: async () => entered({ endpoint: 'https://storage.holdfast.invalid' }),
      code: 'destination-unreachable',
      detail: /name resolution|DNS/,
    },
    {
      name: 'a firewall that swallows everything',
      async settings() {
        const proxy = await startCuttableProxy(server);
        atEnd.push(() => proxy.close());
        proxy.stall();
        return entered({ endpoint: `http://${proxy.address}` });
      },
      code: 'destination-unreachable',
      detail: /did not answer/,
    },
    {
      name: 'a self-signed certificate',
      settings: async () => entered({ endpoint: (await tlsEndpoint({ name: 'IP:127.0.0.1' })).endpoint }),
      code: 'destination-tls',
      detail: /self-signed/,
    },
    {
      name: 'a certificate of another authority than the one given',
      settings: async () =>
        entered({
          endpoint: (await tlsEndpoint({ name: 'IP:127.0.0.1' })).endpoint,
          caCertificate: selfSignedCertificate({ name: 'IP:127.0.0.1' }).cert,
        }),
      code: 'destination-tls',
      detail: /self-signed|not trusted/,
    },
    {
      name: 'an expired certificate',
      settings: async () =>
        entered(
          await tlsEndpoint({ name: 'IP:127.0.0.1', from: '20200101000000Z', until: '20210101000000Z' }),
        ),
      code: 'destination-tls',
      detail: /expired/,
    },
    {
      name: 'a certificate that is not valid yet',
      settings: async () => entered(await tlsEndpoint({ name: 'IP:127.0.0.1', from: '20480101000000Z' })),
      code: 'destination-tls',
      detail: /not valid yet/,
    },
    {
      name: 'a certificate for another name',
      settings: async () => entered(await tlsEndpoint({ name: 'DNS:elsewhere.example.org' })),
      code: 'destination-tls',
      detail: /another name/,
    },
    {
      name: 'https for a port that speaks plain HTTP',
      settings: async () => entered({ endpoint: `https://${server.host}:${server.port}` }),
      code: 'destination-tls',
      detail: /does not speak TLS/,
    },
    {
      name: 'http for a port that speaks TLS',
      async settings() {
        const { endpoint } = await tlsEndpoint({ name: 'IP:127.0.0.1' });
        return entered({ endpoint: endpoint.replace('https:', 'http:') });
      },
      code: 'destination-tls',
      detail: /speaks TLS, not plain HTTP/,
    },
    {
      name: 'something else than S3 behind the port',
      async settings() {
        const page = '<html><body>It works!</body></html>';
        const website = createServer((socket) => {
          socket.on('error', () => socket.destroy());
          socket.end(`HTTP/1.1 405 Method Not Allowed\r\nContent-Length: ${page.length}\r\n\r\n${page}`);
        });
        website.listen(0, '127.0.0.1');
        await once(website, 'listening');
        atEnd.push(async () => void website.close());
        const address = website.address();
        const port = typeof address === 'object' ? address?.port : undefined;
        return entered({ endpoint: `http://127.0.0.1:${port}` });
      },
      code: 'destination-failed',
      detail: /not in the words of S3/,
    },
    {
      name: 'a key that may read but not write',
      settings: async () => entered({ bucket: await bucketThatDenies('s3:PutObject') }),
      code: 'destination-read-only',
      detail: /Reading works, writing does not/,
    },
    {
      name: 'a key that may write but not list',
      settings: async () => entered({ bucket: await bucketThatDenies('s3:ListBucket') }),
      code: 'destination-forbidden',
      detail: /may not do this/,
    },
    {
      name: 'a key that may write but not read back',
      settings: async () => entered({ bucket: await bucketThatDenies('s3:GetObject') }),
      code: 'destination-forbidden',
      detail: /may not do this/,
    },
    {
      name: 'a key that may do nothing in the bucket',
      settings: async () =>
        entered({ bucket: await bucketThatDenies('s3:ListBucket', 's3:PutObject', 's3:GetObject') }),
      code: 'destination-forbidden',
      detail: /may not do this/,
    },
  ],
});

describe('an S3 destination', () => {
  test.each([
    ['ahead of', 3600_000],
    ['behind', -3600_000],
  ])('says by how much a clock that is %s the storage is wrong', async (side, clockOffsetMs) => {
    const result = await probeS3(s3SettingsSchema.parse(entered()), { clockOffsetMs });
    expect(result.error).toMatchObject({
      code: 'destination-clock-skew',
      detail: expect.stringMatching(new RegExp(`(59|60|61) minutes ${side}`)),
    });
  });

  test('that refuses to delete passes the probe with a warning', async () => {
    const settings = entered({ bucket: await bucketThatDenies('s3:DeleteObject') });
    const result = await openDestination('s3', settings).probe();
    expect(result).toMatchObject({ ok: true, warnings: [expect.stringMatching(/refuses to delete/)] });
    expect(result.steps.at(-1)).toMatchObject({ step: 'delete', ok: false });
  });

  test('with a certificate of its own is trusted when that certificate is given, by restic too', async () => {
    const destination = openDestination('s3', entered(await tlsEndpoint({ name: 'IP:127.0.0.1' })));
    expect(await destination.probe()).toMatchObject({ ok: true, warnings: [] });
    const cache = await mkdtemp(path.join(tmpdir(), 'holdfast-s3-suite-'));
    try {
      await runRestic(destination.access('app'), cache, ['init']);
    } finally {
      await rm(cache, { recursive: true, force: true });
    }
  });

  test('whose network breaks in the middle of a probe is said to be unreachable', async () => {
    const proxy = await startCuttableProxy(server);
    proxy.slow(4000);
    const probe = openDestination('s3', entered({ endpoint: `http://${proxy.address}` })).probe();
    await proxy.sent(1500);
    await proxy.cut();
    expect(await probe).toMatchObject({ ok: false, error: { code: 'destination-unreachable' } });
    await proxy.close();
  });

  test('holds nothing of a probe that was cancelled midway', async () => {
    const proxy = await startCuttableProxy(server);
    const prefix = `cancelled-${randomUUID()}`;
    const controller = new AbortController();
    proxy.slow(4000);
    const through = openDestination('s3', entered({ prefix, endpoint: `http://${proxy.address}` }));
    const directly = openDestination('s3', entered({ prefix })).objects();
    const probe = through.probe({ signal: controller.signal });
    const cancelled = expect(probe).rejects.toMatchObject({ code: 'cancelled' });
    await expect.poll(() => directly.list(''), { timeout: 5000, interval: 20 }).toHaveLength(1);
    controller.abort();
    await cancelled;
    expect(await directly.list('')).toEqual([]);
    await proxy.close();
  });
});

describe('a network cut in the middle of a backup', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'holdfast-cut-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('leaves no snapshot, and the next backup succeeds', async () => {
    const prefix = `cut-${randomUUID()}`;
    const proxy = await startCuttableProxy(server);
    const through = openDestination('s3', entered({ prefix, endpoint: `http://${proxy.address}` })).access(
      'app',
    );
    const directly = openDestination('s3', entered({ prefix })).access('app');
    const cache = path.join(folder, 'cache');
    const file = path.join(folder, 'data');
    await writeFile(file, Buffer.from(Array.from({ length: 200_000 }, () => randomUUID()).join('\n')));
    await runRestic(directly, cache, ['init']);

    proxy.slow(1_000_000);
    const backup = runRestic(through, cache, ['backup', file], 8000);
    const failure = expect(backup).rejects.toThrow();
    await proxy.sent(2_000_000);
    await proxy.cut();
    await failure;
    const list = async () => JSON.parse((await runRestic(directly, cache, ['snapshots', '--json'])).stdout);
    expect(await list()).toEqual([]);

    await proxy.mend();
    await runRestic(through, cache, ['unlock']);
    await runRestic(through, cache, ['backup', file]);
    expect(await list()).toHaveLength(1);
    await runRestic(directly, cache, ['check', '--read-data']);
    await proxy.close();
  });
});
