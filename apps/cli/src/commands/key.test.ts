import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { problem } from '../testing/contract-server.ts';
import { anOperation } from '../testing/samples.ts';
import { runCommand } from '../testing/test-host.ts';

const status = {
  id: 'abc123',
  state: 'unconfirmed',
  origin: 'generated',
  created: '2026-11-22T02:00:00.000Z',
  rotation: 'following',
  repositories: [
    { source: 'one', destination: 'disk', state: 'current' },
    { source: 'two', destination: 'disk', state: 'not-followed' },
  ],
};

it('shows which key it is, who has not followed, and what to do next', async () => {
  const routes = { 'GET /v1/key': { body: status } };
  const { stdout, stderr } = await runCommand(['key', 'status'], { routes });
  expect(stdout).toContain('key abc123: unconfirmed');
  expect(stdout).toContain('two at disk: not-followed');
  expect(stderr).toContain('holdfast key confirm');
  expect(stderr).toContain('holdfast key rotate');
  expect(JSON.parse((await runCommand(['key', 'status', '--json'], { routes })).stdout)).toEqual(status);
});

it('confirms and adopts with what comes on standard input', async () => {
  const confirm = await runCommand(['key', 'confirm', '--key-stdin'], {
    routes: { 'POST /v1/key/confirm': { body: { ...status, state: 'confirmed' } } },
    input: 'the key\n',
  });
  expect(confirm.exitCode).toBe(0);
  expect(confirm.received[0]?.body).toEqual({ key: 'the key' });
  const adopt = await runCommand(['key', 'adopt', '--key-stdin'], {
    routes: { 'POST /v1/key/adopt': { body: { key: status } } },
    input: 'my password\n',
  });
  expect(adopt.exitCode).toBe(0);
  expect(adopt.received[0]?.body).toEqual({ password: 'my password' });
});

it('exits as refused on a wrong key', async () => {
  const routes = { 'POST /v1/key/confirm': { status: 422, body: problem('key-wrong', 'It is not.') } };
  const { exitCode } = await runCommand(['key', 'confirm', '--key-stdin'], { routes, input: 'x' });
  expect(exitCode).toBe(5);
});

it.each([
  [['key', 'rotate'], 'POST /v1/key/rotate'],
  [['key', 'rotate', '--master'], 'POST /v1/key/rotate-master'],
])('%j follows the operation to its end', async (argv, route) => {
  const id = randomUUID();
  const operation = anOperation({ id, kind: 'key-rotation', state: 'succeeded', result: { keyId: 'new' } });
  const routes = {
    [route]: { status: 202, body: operation },
    [`GET /v1/operations/${id}/events`]: { events: [{ type: 'operation', operation }] },
  };
  const { exitCode, stdout } = await runCommand(argv, { routes });
  expect(exitCode).toBe(0);
  expect(stdout).toContain('keyId: new');
});

it('writes the page for its owner only, and never over a file', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-cli-'));
  try {
    const file = path.join(folder, 'kit.html');
    const routes = { 'GET /v1/key/kit-document': { body: { document: '<p>kit</p>' } } };
    const argv = ['key', 'show-kit', '--html', file, '--without-key'];
    const first = await runCommand(argv, { routes });
    expect(first.exitCode).toBe(0);
    expect(first.received[0]?.path).toBe('/v1/key/kit-document?format=html&key=false');
    expect(readFileSync(file, 'utf8')).toBe('<p>kit</p>');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await runCommand(argv, { routes })).toMatchObject({ exitCode: 2 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
