import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HoldfastError } from '@holdfast/runtime';
import type { CaptureContext, SourceKind } from '@holdfast/sources';
import { createMemorySource } from '@holdfast/worker/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestServer } from '../testing/test-server.ts';

const password = 'correct horse battery staple';

/** A kind that is declared by a host, and remembers what passwords it was given for what. */
async function start() {
  const memory = createMemorySource();
  memory.content.set('db.example', new Map([['/k', 'x']]));
  const given: string[] = [];
  const note = (what: string, { secrets }: CaptureContext) =>
    given.push(`${what}: ${secrets?.['password']?.reveal()}`);
  const refusal: { error?: HoldfastError } = {};
  const kind: SourceKind<unknown> = {
    ...memory,
    kind: 'postgres',
    declaration: {
      settings: z.strictObject({ host: z.string() }).transform(({ host }) => ({ key: host })),
      settingsOf: (locator) => ({ host: memory.locator.parse(locator).key }),
      secrets: ['password'],
    },
    async examine(_locator, context) {
      note('examine', context);
      if (refusal.error !== undefined) throw refusal.error;
      return { holds: [], versions: {} };
    },
    capture(locator, context) {
      note('capture', context);
      return memory.capture(memory.locator.parse(locator), context);
    },
    restore(locator, request, context) {
      note('restore', context);
      return memory.restore(memory.locator.parse(locator), request, context);
    },
  };
  const test = await startTestServer({ ports: { sourceKinds: [kind] } });
  const declare = (change: object = {}) =>
    test.api('POST', '/v1/sources', {
      kind: 'postgres',
      name: 'shop-db',
      settings: { host: 'db.example' },
      secrets: { password },
      ...change,
    });
  return { ...test, declare, given, refusal };
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

async function secretsIn(dataDirectory: string): Promise<string[]> {
  const file = (await filesOf(dataDirectory)).find((name) => name.endsWith('.db'));
  using database = new DatabaseSync(file ?? 'there is none', { readOnly: true });
  const rows = database.prepare(`SELECT name FROM vault_secrets WHERE name LIKE 'source:%'`).all();
  return rows.map((row) => String(row['name']));
}

describe('a declared server', () => {
  it('is worked with by its password, which lies nowhere in the clear and is in no answer', async () => {
    const { api, declare, ended, dataDirectory, given, logged } = await start();
    const answers: unknown[] = [await declare()];
    expect(answers).toMatchObject([
      { status: 201, body: { name: 'shop-db', environment: 'shop-db', declared: true, protected: true } },
    ]);
    const backup = await ended(await api('POST', '/v1/backups', { names: ['shop-db'] }));
    expect(backup.state).toBe('succeeded');
    const restore = await ended(
      await api('POST', '/v1/restores', {
        source: 'shop-db',
        snapshot: 'latest',
        mode: 'swap',
        confirmation: 'shop-db',
      }),
    );
    expect(restore.state).toBe('succeeded');
    expect(given).toEqual([`examine: ${password}`, `capture: ${password}`, `restore: ${password}`]);
    for (const route of ['sources', 'sources/shop-db', 'operations', 'snapshots', 'doctor', 'key/kit']) {
      answers.push(await api('GET', `/v1/${route}`));
    }
    expect(JSON.stringify([answers, backup, restore, logged])).not.toContain(password);
    const files = await filesOf(dataDirectory);
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) expect((await readFile(file)).includes(password), file).toBe(false);
  });

  it('stays as it is when discovery looks around, and is the same one when it is declared again', async () => {
    const { api, declare, ended, dataDirectory } = await start();
    const { body } = await declare();
    await ended(await api('POST', '/v1/backups', { names: ['shop-db'] }));
    expect(await api('GET', '/v1/sources/shop-db')).toMatchObject({
      body: { protected: true, present: true },
    });
    expect(await secretsIn(dataDirectory)).toHaveLength(1);
    expect((await api('DELETE', '/v1/sources/shop-db')).status).toBe(204);
    expect(await secretsIn(dataDirectory)).toEqual([]);
    expect(await api('GET', '/v1/sources/shop-db')).toMatchObject({
      body: { protected: false, present: false },
    });
    expect(await declare({ secrets: { password: 'another' } })).toMatchObject({
      status: 201,
      body: { id: z.object({ id: z.string() }).parse(body).id },
    });
  });

  it('is refused in its own words when it lets nobody in, and nothing is kept', async () => {
    const { api, declare, dataDirectory, refusal } = await start();
    refusal.error = new HoldfastError('credentials-rejected', 'FATAL: password authentication failed');
    expect(await declare()).toMatchObject({
      status: 422,
      body: { code: 'credentials-rejected', detail: 'FATAL: password authentication failed' },
    });
    expect(await api('GET', '/v1/sources')).toMatchObject({ body: { items: [] } });
    expect(await secretsIn(dataDirectory)).toEqual([]);
  });

  it('is refused with what its kind does not know, and under a name or address that is taken', async () => {
    const { declare } = await start();
    const code = async (change: object) => (await declare(change)).body;
    expect(await code({ settings: {} })).toMatchObject({
      code: 'invalid-input',
      detail: expect.stringContaining('host'),
    });
    expect(await code({ secrets: { token: password } })).toMatchObject({ code: 'invalid-input' });
    expect((await declare()).status).toBe(201);
    expect(await code({ settings: { host: 'other.example' } })).toMatchObject({ code: 'conflict' });
    expect(await code({ name: 'other' })).toMatchObject({ code: 'conflict' });
  });
});
