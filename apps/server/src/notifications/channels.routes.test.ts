import { readFileSync } from 'node:fs';
import path from 'node:path';
import { channelSchema, channelTestSchema, noticeSchema, pageSchema } from '@holdfast/contracts';
import { describe, expect, it } from 'vitest';
import { startTestServer } from '../testing/test-server.ts';
import { answers, startReceiver } from './testing/receiver.ts';

const signingSecret = 'a-signing-secret-of-some-length';

async function start() {
  const receiver = await startReceiver();
  const test = await startTestServer();
  const hook = {
    name: 'hook',
    kind: 'webhook',
    settings: { url: `${receiver.url}/hook-secret-1`, signingSecret },
  };
  const list = async () =>
    pageSchema(channelSchema).parse((await test.api('GET', '/v1/channels')).body).items;
  return { ...test, receiver, hook, list };
}

describe('channels', () => {
  it('are added, listed and removed, and their secrets are nowhere', async () => {
    const { api, hook, list, dataDirectory, logged, server, receiver } = await start();
    const added = await api('POST', '/v1/channels', hook);
    expect(added).toMatchObject({ status: 201, body: { name: 'hook', enabled: true, minSeverity: 'info' } });
    expect(await list()).toMatchObject([{ name: 'hook', target: receiver.url, waiting: 0 }]);
    receiver.behave(answers.broken);
    const failed = await api('POST', '/v1/channels/hook/test');
    const answered = [added, await list(), failed, await api('GET', '/v1/alerts')];
    expect((await api('DELETE', '/v1/channels/hook')).status).toBe(204);
    expect(await list()).toEqual([]);
    expect(await api('POST', '/v1/channels', hook)).toMatchObject({ status: 201 });
    await server.close();
    const seen = [
      JSON.stringify(answered),
      logged.join(),
      ...['holdfast.db', '.env'].map((file) => readFileSync(path.join(dataDirectory, file), 'latin1')),
    ].join();
    for (const secret of ['hook-secret-1', signingSecret]) expect(seen).not.toContain(secret);
  });

  it('are tested by really sending, and the answer says in words what happened', async () => {
    const { api, hook, receiver, list } = await start();
    await api('POST', '/v1/channels', hook);
    const ok = channelTestSchema.parse((await api('POST', '/v1/channels/hook/test')).body);
    expect(ok).toMatchObject({ ok: true, detail: expect.stringContaining('200') });
    expect(noticeSchema.parse(JSON.parse(receiver.received[0]?.body ?? ''))).toMatchObject({ kind: 'test' });
    expect((await list())[0]?.lastSuccess).toBeDefined();
    receiver.behave(answers.redirect);
    expect(await api('POST', '/v1/channels/hook/test')).toMatchObject({
      status: 200,
      body: { ok: false, error: { code: 'channel-refused', hint: 'Give the address that it leads to.' } },
    });
    expect(receiver.received.map((one) => one.path)).not.toContain('/elsewhere');
  });

  it('are changed one setting at a time, and keep their secrets', async () => {
    const { api, hook, receiver } = await start();
    await api('POST', '/v1/channels', { ...hook, codes: ['backup-failed'] });
    const edit = { minSeverity: 'critical', codes: null, settings: { url: `${receiver.url}/other` } };
    const edited = await api('PATCH', '/v1/channels/hook', edit);
    expect(edited).toMatchObject({ status: 200, body: { minSeverity: 'critical' } });
    expect(channelSchema.parse(edited.body).codes).toBeUndefined();
    await api('POST', '/v1/channels/hook/test');
    expect(receiver.received[0]).toMatchObject({
      path: '/other',
      headers: { 'holdfast-signature': expect.any(String) },
    });
    expect(await api('PATCH', '/v1/channels/hook', { settings: { signingSecret: null } })).toMatchObject({
      body: { code: 'invalid-input' },
    });
  });

  it('have one name each, a known kind and valid settings', async () => {
    const { api, hook } = await start();
    await api('POST', '/v1/channels', hook);
    const add = (fields: object) => api('POST', '/v1/channels', { ...hook, name: 'other', ...fields });
    expect(await add({ name: 'hook' })).toMatchObject({ body: { code: 'conflict' } });
    expect(await add({ kind: 'pigeon' })).toMatchObject({ body: { code: 'invalid-input' } });
    expect(await add({ settings: { url: 'gopher://x' } })).toMatchObject({ body: { code: 'invalid-input' } });
    expect(await add({ codes: ['nonsense'] })).toMatchObject({ body: { code: 'invalid-input' } });
    expect(await add({ name: '../x' })).toMatchObject({ body: { code: 'invalid-input' } });
    await add({});
    expect(await api('PATCH', '/v1/channels/other', { name: 'hook' })).toMatchObject({
      body: { code: 'conflict' },
    });
    expect(await api('POST', '/v1/channels/nobody/test')).toMatchObject({ status: 404 });
  });
});
