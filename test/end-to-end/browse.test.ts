import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { auditEntrySchema, pageSchema, type SnapshotEntry, snapshotEntrySchema } from '@holdfast/contracts';
import { runProcess } from '@holdfast/runtime';
import { expect, onTestFinished, test } from 'vitest';
import { backUp } from '../support/backup-report.ts';
import { freshHoldfast, type Holdfast } from '../support/holdfast.ts';
import { startServing } from '../support/serving.ts';
import { until } from '../support/until.ts';

const hostile = ['a*b', 'acb', '[x]', 'back\\slash', '!not', 'line\nbreak', ' led "quoted"', '$(touch x)'];

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

/** Over the socket, as the host. */
async function ask(holdfast: Holdfast, method: string, url: string, body?: unknown): Promise<Answer> {
  const token = (await readFile(path.join(holdfast.dataDirectory, 'holdfast.token'), 'utf8')).trim();
  const socketPath = path.join(holdfast.dataDirectory, 'holdfast.sock');
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const sent = request({ socketPath, method, path: url, headers, agent: false });
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = await once(sent, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) };
}

test('a snapshot of a folder is looked into, downloaded from, and restored in parts', async () => {
  const parent = await mkdtemp(path.join(tmpdir(), 'holdfast-browse-'));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  const root = path.join(parent, 'files');
  await mkdir(path.join(root, 'photos', 'deep'), { recursive: true });
  for (const name of [...hostile, 'photos/one', 'photos/deep/two'])
    await writeFile(path.join(root, name), `stored ${name}`);
  await writeFile(path.join(root, 'large'), Buffer.alloc(64 * 1024 * 1024, 'x'));
  await chmod(path.join(root, 'photos', 'one'), 0o640);
  await using holdfast = await freshHoldfast(`none-${randomUUID()}`);
  const declared = await holdfast.run('sources', 'add', 'directory', root, '--name', 'files');
  expect(declared.exitCode, declared.stderr).toBe(0);
  await using _serving = await startServing(holdfast);
  const report = await backUp(holdfast, 'files');
  const id = report.items[0]?.snapshotId ?? '';

  const entries = async (query: string) => {
    const { status, body } = await ask(holdfast, 'GET', `/v1/snapshots/${id}/entries?${query}`);
    expect(status, body.toString()).toBe(200);
    return pageSchema(snapshotEntrySchema).parse(JSON.parse(body.toString()));
  };
  const names = (items: readonly SnapshotEntry[]) => items.map(({ name }) => name);
  const top = await entries('path=/');
  expect(names(top.items)).toEqual(['photos', ...[...hostile, 'large'].sort()]);
  expect(top.items.at(-1)).toMatchObject({ type: 'file', bytes: expect.any(Number) });
  const first = await entries('limit=3');
  expect(names([...first.items, ...(await entries(`limit=100&cursor=${first.next}`)).items])).toEqual(
    names(top.items),
  );
  expect(names((await entries('path=/photos/')).items)).toEqual(['deep', 'one']);

  const download = (wanted: string) =>
    ask(holdfast, 'GET', `/v1/snapshots/${id}/download?path=${encodeURIComponent(wanted)}`);
  for (const name of hostile) {
    const { status, headers, body } = await download(`/${name}`);
    expect([status, body.toString()]).toEqual([200, `stored ${name}`]);
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': expect.stringMatching(/^attachment; filename="[A-Za-z0-9 ._()+,=@-]+"/),
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
  }
  expect((await download('/none')).status).toBe(404);
  const archive = await download('/photos');
  const listed = await runProcess({
    program: 'tar',
    arguments: ['-t'],
    stdin: { bytes: archive.body },
    stdout: { captureBytes: 10_000 },
  });
  expect(listed.stdout.toString()).toContain('photos/deep/two');

  const got = await holdfast.run('snapshot', 'get', id, '/photos/one');
  expect([got.exitCode, got.stdout]).toEqual([0, 'stored photos/one']);
  const shown = await holdfast.json('snapshot', 'ls', id, '/photos');
  expect(shown.answer).toMatchObject([{ path: '/photos/deep' }, { path: '/photos/one', bytes: 17 }]);

  // Who goes away in the middle leaves no restic behind.
  const token = (await readFile(path.join(holdfast.dataDirectory, 'holdfast.token'), 'utf8')).trim();
  const left = request({
    socketPath: path.join(holdfast.dataDirectory, 'holdfast.sock'),
    path: `/v1/snapshots/${id}/download?path=/large`,
    headers: { authorization: `Bearer ${token}` },
    agent: false,
  }).end();
  const [response] = await once(left, 'response');
  await once(response, 'readable');
  expect(await dumping(holdfast)).toBe(true);
  left.destroy();
  await until('restic is gone', async () => !(await dumping(holdfast)));

  const audit = await ask(holdfast, 'GET', '/v1/audit?limit=500');
  const recorded = pageSchema(auditEntrySchema).parse(JSON.parse(audit.body.toString())).items;
  expect(recorded.map(({ subject }) => subject)).toContainEqual(
    expect.objectContaining({ path: '/a*b', id, source: 'files' }),
  );

  for (const name of ['a*b', 'acb', 'photos/one']) await writeFile(path.join(root, name), 'changed');
  await writeFile(path.join(root, 'photos', 'came later'), 'x');
  const refused = await ask(holdfast, 'POST', '/v1/restores', {
    source: 'files',
    confirmation: 'files',
    paths: ['/a*b', '/none'],
  });
  expect([refused.status, refused.body.toString()]).toEqual([404, expect.stringContaining('/none')]);
  const restored = await holdfast.json(
    'restore',
    'files',
    id,
    '--path',
    '/a*b',
    '--path',
    '/photos',
    '--yes',
  );
  expect(restored, JSON.stringify(restored)).toMatchObject({
    exitCode: 0,
    answer: { state: 'succeeded', verified: { files: 3, folders: 2 } },
  });
  const read = (name: string) => readFile(path.join(root, name), 'utf8');
  expect([await read('a*b'), await read('acb'), await read('photos/one')]).toEqual([
    'stored a*b',
    'changed',
    'stored photos/one',
  ]);
  expect(await readdir(path.join(root, 'photos'))).toEqual(['deep', 'one']);
  const kept = (await readdir(parent)).find((name) => name.startsWith('files.before-')) ?? '';
  expect(await readFile(path.join(parent, kept, 'a*b'), 'utf8')).toBe('changed');
  expect(await readFile(path.join(parent, kept, 'photos', 'came later'), 'utf8')).toBe('x');

  const beside = path.join(parent, 'picked');
  const picked = await holdfast.json('restore', 'files', id, '--path', '/[x]', '--as', beside);
  expect(picked.exitCode, JSON.stringify(picked.answer)).toBe(0);
  expect(await readdir(beside)).toEqual(['[x]']);
});

/** Whether a restic of this Holdfast is writing a file of a snapshot out. */
async function dumping({ dataDirectory }: Holdfast): Promise<boolean> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const of = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
    if (!(await of('cmdline')).includes('restic\0dump\0')) continue;
    if ((await of('environ')).includes(dataDirectory)) return true;
  }
  return false;
}
