import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  type Alert,
  alertSchema,
  type KeyStatus,
  keyStatusSchema,
  pageSchema,
  recoveryKitSchema,
  revealedKeySchema,
} from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import { createMemoryEngine } from '@holdfast/worker/testing';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../database/database.ts';
import { fakeContainer } from '../testing/fake-docker.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { startTestServer, type TestServerOptions } from '../testing/test-server.ts';

async function start(options: TestServerOptions = {}) {
  const test = await startTestServer(options);
  const { api, ended, dataDirectory, source, docker } = test;
  const status = async (): Promise<KeyStatus> => keyStatusSchema.parse((await api('GET', '/v1/key')).body);
  const reveal = async () => revealedKeySchema.parse((await api('POST', '/v1/key/reveal')).body).key;
  const kit = async () => recoveryKitSchema.parse((await api('GET', '/v1/key/kit')).body);
  const askToRotate = (body: object = {}) => api('POST', '/v1/key/rotate', body);
  const rotate = async () => ended(await askToRotate());
  const backUp = async (...names: string[]) => {
    docker.containers = names.map((name) => fakeContainer(name, { labels: { 'memory.key': name } }));
    for (const name of names) source.content.set(name, new Map([[`/${name}.dump`, `rows of ${name}`]]));
    return ended(await api('POST', '/v1/backups', { names }));
  };
  const alerts = async (): Promise<Alert[]> =>
    pageSchema(alertSchema)
      .parse((await api('GET', '/v1/alerts')).body)
      .items.filter(({ code }) => code === 'key-unconfirmed');
  const dotEnv = () => readFileSync(path.join(dataDirectory, '.env'), 'utf8');
  return { ...test, status, reveal, kit, rotate, askToRotate, backUp, alerts, dotEnv };
}

describe('the team key', () => {
  it('is shown until it was confirmed, and nothing but its id afterwards', async () => {
    const { api, status, reveal, kit } = await start();
    expect(await status()).toMatchObject({ state: 'unconfirmed', origin: 'generated', repositories: [] });
    const key = await reveal();
    expect(key).toMatch(/^[\w-]{43}$/);
    expect(await reveal()).toBe(key);
    expect(JSON.stringify(await status())).not.toContain(key);
    const confirmed = await api('POST', '/v1/key/confirm', {
      key: ` ${key.slice(0, 20)}\n${key.slice(20)} `,
    });
    expect(confirmed).toMatchObject({
      status: 200,
      body: { state: 'confirmed', confirmed: { by: 'this host' } },
    });
    expect(await api('POST', '/v1/key/reveal')).toMatchObject({
      status: 409,
      body: { code: 'key-already-confirmed', hint: expect.stringContaining('show-kit') },
    });
    expect(await kit()).toMatchObject({ password: key, keyId: (await status()).id });
  });

  it('takes five wrong answers, and then none for a while, the right one among them', async () => {
    let now = new Date('2026-11-27T10:00:00Z');
    const clock = { now: () => now, monotonic: () => performance.now() };
    const { api, reveal, status } = await start({ ports: { clock } });
    const key = await reveal();
    const confirm = (typed: string) => api('POST', '/v1/key/confirm', { key: typed });
    const answers = await Promise.all(['a', 'b', 'c', key.slice(1), `${key}x`].map(confirm));
    for (const answer of answers) expect(answer).toMatchObject({ status: 422, body: { code: 'key-wrong' } });
    expect(JSON.stringify(answers)).not.toContain(key);
    expect(await confirm(key)).toMatchObject({ status: 429, body: { code: 'key-attempts-exhausted' } });
    now = new Date('2026-11-27T10:14:00Z');
    expect(await confirm(key)).toMatchObject({ status: 429 });
    now = new Date('2026-11-27T10:16:00Z');
    expect(await confirm(key)).toMatchObject({ status: 200 });
    expect((await status()).state).toBe('confirmed');
  });

  it('asks to be confirmed once something was backed up, until it is', async () => {
    const { api, backUp, alerts, reveal } = await start({ mode: 'serve' });
    expect(await alerts()).toEqual([]);
    await backUp('one');
    await expect.poll(alerts).toMatchObject([{ subject: { kind: 'holdfast' }, occurrences: 1 }]);
    await backUp('one');
    await api('POST', '/v1/key/confirm', { key: await reveal() });
    expect(await alerts()).toEqual([]);
  });

  it('has a page to print for owners, with the key until it was confirmed; then it is printed on the host only', async () => {
    const { api, backUp, kit } = await start();
    await backUp('one');
    const { password } = await kit();
    const page = await api('GET', '/v1/key/kit-page');
    expect(page.contentType).toContain('text/html');
    expect(page.body).toContain('restic/one');
    expect(page.body).not.toContain(password);
    expect((await api('GET', '/v1/key/kit-page?key=true')).body).toContain(password);
    await api('POST', '/v1/key/confirm', { key: password });
    expect(await api('GET', '/v1/key/kit-page?key=true')).toMatchObject({
      status: 409,
      body: { code: 'key-already-confirmed' },
    });
    const text = await api('GET', '/v1/key/kit-page?format=text');
    expect(text.contentType).toContain('text/plain');
    expect(text.body).not.toContain(password);
    const withKey = await api('GET', '/v1/key/kit-document?format=html');
    expect(JSON.stringify(withKey.body)).toContain(password);
    const without = await api('GET', '/v1/key/kit-document?format=text&key=false');
    expect(JSON.stringify(without.body)).not.toContain(password);
  });
});

describe('adopting a password', () => {
  it('replaces a key that nothing has, and is confirmed by it', async () => {
    const { api, kit, status, backUp, engine } = await start();
    const before = (await status()).id;
    const password = 'correct horse battery staple';
    expect(await api('POST', '/v1/key/adopt', { password })).toMatchObject({
      status: 200,
      body: { key: { state: 'confirmed', origin: 'chosen' } },
    });
    expect((await status()).id).not.toBe(before);
    expect((await kit()).password).toBe(password);
    await backUp('one');
    expect([...engine.passwords.values()].flat().map((key) => key.password)).toEqual([password]);
  });

  it.each(['', ' x', 'a\nb', 'a\u0000b', 'x'.repeat(1025)])('refuses %j', async (password) => {
    const { api, status } = await start();
    expect(await api('POST', '/v1/key/adopt', { password })).toMatchObject({
      body: { code: 'invalid-input' },
    });
    expect((await status()).origin).toBe('generated');
  });

  it('opens a repository that is there already, and says what to do while it has another password', async () => {
    const { api, backUp, engine, dataDirectory } = await start();
    const location = path.join(dataDirectory, 'destinations', 'local', 'restic', 'one');
    const theirs = { id: 'f'.repeat(64), password: 'of yore', userName: 'me', hostName: 'elsewhere' };
    engine.repositories.set(location, new Map());
    engine.passwords.set(location, [theirs]);
    const refused = await backUp('one');
    expect(refused.error).toMatchObject({
      code: 'repository-password-wrong',
      hint: expect.stringContaining('holdfast key adopt'),
    });
    await api('POST', '/v1/key/adopt', { password: 'of yore' });
    expect(await backUp('one')).toMatchObject({ state: 'succeeded' });
    expect(engine.passwords.get(location)).toEqual([theirs]);
  });

  it('is a rotation where repositories have a key', async () => {
    const { api, ended, backUp, engine, status } = await start();
    await backUp('one', 'two');
    const { body } = await api('POST', '/v1/key/adopt', { password: 'my own' });
    const { operation } = body as { operation: unknown };
    expect(await ended({ status: 202, contentType: '', body: operation })).toMatchObject({
      state: 'succeeded',
    });
    expect([...engine.passwords.values()].flat().map((key) => key.password)).toEqual(['my own', 'my own']);
    expect(await status()).toMatchObject({ state: 'confirmed', origin: 'chosen' });
    expect(await status()).not.toHaveProperty('rotation');
  });
});

describe('a rotation of the team key', () => {
  it('changes the key of every repository, and has it confirmed again', async () => {
    const { api, reveal, backUp, rotate, engine, status, kit } = await start();
    await backUp('one', 'two');
    const before = await reveal();
    await api('POST', '/v1/key/confirm', { key: before });
    expect(await rotate()).toMatchObject({ state: 'succeeded', result: { repositories: 2 } });
    const { password } = await kit();
    expect(password).not.toBe(before);
    expect([...engine.passwords.values()].flat().map((key) => key.password)).toEqual([password, password]);
    expect(await status()).toMatchObject({
      state: 'unconfirmed',
      repositories: [{ state: 'current' }, { state: 'current' }],
    });
    expect(await status()).not.toHaveProperty('rotation');
    expect(await backUp('one', 'two', 'three')).toMatchObject({ state: 'succeeded' });
  });

  it('keeps the key before for what it cannot reach, and takes it along later', async () => {
    const { engine, backUp, rotate, askToRotate, status, kit, reveal } = await start();
    await backUp('one', 'two');
    const before = await reveal();
    const addKey = engine.addKey.bind(engine);
    engine.addKey = async (repository, ...rest) => {
      if (repository.access.location.endsWith('two'))
        throw new HoldfastError('destination-unreachable', 'Gone.');
      await addKey(repository, ...rest);
    };
    expect(await rotate()).toMatchObject({ state: 'failed', error: { code: 'partly-failed' } });
    expect(await status()).toMatchObject({
      rotation: 'following',
      repositories: [
        { source: 'one', state: 'current' },
        { source: 'two', state: 'not-followed' },
      ],
    });
    const { password, repositories } = await kit();
    expect(repositories.map((one) => one.password)).toEqual([undefined, before]);
    // Backups go on, of both.
    expect(await backUp('one', 'two')).toMatchObject({ state: 'succeeded' });
    expect(await askToRotate({ key: 'another' })).toMatchObject({ body: { code: 'conflict' } });
    engine.addKey = addKey;
    expect(await rotate()).toMatchObject({ state: 'succeeded' });
    expect((await kit()).password).toBe(password);
    expect([...engine.passwords.values()].flat().map((key) => key.password)).toEqual([password, password]);
  });

  it('changes nothing where no repository could follow', async () => {
    const { engine, backUp, rotate, kit, status } = await start();
    await backUp('one');
    const before = await kit();
    engine.failures.set('addKey', new HoldfastError('destination-unreachable', 'Gone.'));
    expect(await rotate()).toMatchObject({ state: 'failed' });
    expect((await kit()).password).toBe(before.password);
    expect((await status()).rotation).toBe('adding');
    engine.failures.clear();
    expect(await rotate()).toMatchObject({ state: 'succeeded' });
    expect((await kit()).password).not.toBe(before.password);
  });

  it('leaves the keys of people alone, and refuses the key that there is', async () => {
    const { engine, backUp, rotate, askToRotate, kit } = await start();
    await backUp('one');
    const [location = ''] = engine.passwords.keys();
    const theirs = { id: 'a'.repeat(64), password: 'theirs', userName: 'me', hostName: 'elsewhere' };
    engine.passwords.set(location, [...(engine.passwords.get(location) ?? []), theirs]);
    expect(await askToRotate({ key: (await kit()).password })).toMatchObject({
      body: { code: 'invalid-input' },
    });
    expect(await rotate()).toMatchObject({ state: 'succeeded' });
    expect(engine.passwords.get(location)).toContainEqual(theirs);
    expect(engine.passwords.get(location)).toHaveLength(2);
  });
});

describe('the vault without the key, as after a rebuild', () => {
  it('makes no other one, and takes only the one that opens the repositories', async () => {
    const dataDirectory = await temporaryFolder();
    const engine = createMemoryEngine();
    const first = await start({ dataDirectory, ports: { engine } });
    await first.backUp('one');
    const { password, keyId } = await first.kit();
    await first.server.close();
    const database = await openDatabase({ kind: 'sqlite', file: path.join(dataDirectory, 'holdfast.db') });
    await database.deleteFrom('vault_secrets').execute();
    await database.destroy();
    const second = await start({ dataDirectory, ports: { engine } });
    expect(await second.status()).toMatchObject({ id: keyId, state: 'missing' });
    expect(await second.api('GET', '/v1/key/kit')).toMatchObject({ body: { code: 'team-key-missing' } });
    const adopt = (key: string) => second.api('POST', '/v1/key/adopt', { password: key });
    expect(await adopt('another')).toMatchObject({ status: 422, body: { code: 'key-wrong' } });
    expect(await adopt(password)).toMatchObject({ status: 200, body: { key: { id: keyId } } });
    expect((await second.kit()).password).toBe(password);
  });
});

describe('a change of the master key', () => {
  it('closes every secret anew; the next start needs the new one only', async () => {
    const dataDirectory = await temporaryFolder();
    const first = await start({ dataDirectory });
    const { password } = await first.kit();
    writeFileSync(path.join(dataDirectory, '.env'), `${first.dotEnv()}# mine\nHOLDFAST_CONCURRENCY=3\n`);
    const before = /^HOLDFAST_MASTER_KEY=(.*)$/m.exec(first.dotEnv())?.[1] ?? '';
    const operation = await first.ended(await first.api('POST', '/v1/key/rotate-master'));
    expect(operation).toMatchObject({ state: 'succeeded', result: { secrets: 1 } });
    expect(first.dotEnv()).not.toContain(before);
    expect(first.dotEnv()).toContain('# mine\nHOLDFAST_CONCURRENCY=3\n');
    expect((await first.kit()).password).toBe(password);
    expect(await first.ended(await first.api('POST', '/v1/key/rotate-master'))).toMatchObject({
      state: 'succeeded',
    });
    await first.server.close();
    const second = await start({ dataDirectory });
    expect((await second.kit()).password).toBe(password);
  });

  it('is refused where a setting gives it; there, a start with both changes it', async () => {
    const dataDirectory = await temporaryFolder();
    const [old, next] = ['a'.repeat(64), 'b'.repeat(64)];
    const first = await start({ dataDirectory, environment: { HOLDFAST_MASTER_KEY: old } });
    const { password } = await first.kit();
    expect(await first.api('POST', '/v1/key/rotate-master')).toMatchObject({
      status: 409,
      body: { code: 'master-key-not-ours' },
    });
    await first.server.close();
    const both = { HOLDFAST_MASTER_KEY: next, HOLDFAST_MASTER_KEY_PREVIOUS: old };
    await (await start({ dataDirectory, environment: both })).server.close();
    const third = await start({ dataDirectory, environment: { HOLDFAST_MASTER_KEY: next } });
    expect((await third.kit()).password).toBe(password);
    await third.server.close();
    await expect(start({ dataDirectory, environment: { HOLDFAST_MASTER_KEY: old } })).rejects.toMatchObject({
      code: 'master-key-wrong',
    });
  });
});
