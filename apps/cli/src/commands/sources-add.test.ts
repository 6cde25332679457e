import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aSource } from '../testing/samples.ts';
import { runCommand } from '../testing/test-host.ts';

const routes = { 'POST /v1/sources': { status: 201, body: aSource({ name: 'shop-db' }) } };
const add = ['sources', 'add', 'postgres', '--host', 'db.example', '--name', 'shop-db'];
const environment = { HOLDFAST_SOURCE_PASSWORD: 'from variable' };

describe('holdfast sources add postgres', () => {
  it('sends the address as settings and the password apart from them', async () => {
    const run = await runCommand(
      [...add, '--port', '6432', '--user', 'backup', '--database', 'shop', '--ssl-mode', 'verify-full'],
      { routes, environment },
    );
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain('Added shop-db');
    expect(run.received[0]?.body).toEqual({
      kind: 'postgres',
      name: 'shop-db',
      settings: { host: 'db.example', port: 6432, user: 'backup', database: 'shop', sslMode: 'verify-full' },
      secrets: { password: 'from variable' },
    });
  });

  it('prefers a file for the password, and sends none where it is empty', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-cli-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = path.join(folder, 'password');
    for (const [content, secrets] of [
      ['from file\n', { password: 'from file' }],
      ['\n', {}],
    ] as const) {
      writeFileSync(file, content);
      const run = await runCommand([...add, '--password-file', file], { routes, environment });
      expect(run.received[0]?.body).toMatchObject({ settings: { user: 'postgres' }, secrets });
    }
  });

  it('names the ways to give a password where there is no terminal, and what is missing', async () => {
    const run = await runCommand(add, { routes });
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain('--password-file');
    for (const wrong of [
      ['--host', 'x'],
      ['--name', 'x'],
      ['/a/path', '--host', 'x', '--name', 'x'],
    ]) {
      expect((await runCommand(['sources', 'add', 'postgres', ...wrong], { environment })).exitCode).toBe(2);
    }
  });
});
