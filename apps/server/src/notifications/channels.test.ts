import { createHmac } from 'node:crypto';
import { noticeSchema } from '@holdfast/contracts';
import { asHoldfastError } from '@holdfast/runtime';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { channelKinds } from './registry.ts';
import { channelSuite } from './testing/channel-suite.ts';
import { answers, startReceiver } from './testing/receiver.ts';
import { sampleNotice } from './testing/sample-notice.ts';

const signingSecret = 'a-signing-secret-of-some-length';
const wrongUrls = [
  { url: 'ftp://127.0.0.1/x' },
  { url: 'file:///etc/passwd' },
  { url: 'http://user:secret@127.0.0.1' },
  { url: undefined },
  { colour: 'red' },
];

function overHttp(secretPath: string, settings: (url: string) => object, shown: (body: string) => string) {
  return async () => {
    const receiver = await startReceiver();
    return {
      settings: { ...settings(`${receiver.url}${secretPath}`) },
      received: () => receiver.received.map(({ body }) => ({ raw: body, shown: shown(body) })),
    };
  };
}

channelSuite({
  kind: 'webhook',
  start: overHttp(
    '/hook-secret-1',
    (url) => ({ url, signingSecret }),
    (body) => body,
  ),
  secrets: ['hook-secret-1', signingSecret],
  wrong: [...wrongUrls, { signingSecret: 'short' }],
  // JSON: a line break can only be written as an escape.
  forbidden: [/[\r\n]/],
});

const slackBody = z.object({
  text: z.string(),
  blocks: z.array(
    z.object({ type: z.string(), text: z.object({ type: z.literal('plain_text'), text: z.string() }) }),
  ),
});
channelSuite({
  kind: 'slack',
  start: overHttp(
    '/services/T0/B0/slack-secret',
    (url) => ({ url }),
    (body) => {
      const { blocks } = slackBody.parse(JSON.parse(body));
      return blocks.map(({ text }) => text.text).join('\n');
    },
  ),
  secrets: ['slack-secret'],
  wrong: wrongUrls,
  // Where Slack looks for markup, which is in `text` only.
  forbidden: [
    /"text":"[^"]*<[^"]*","link_names/,
    /"text":"[^"]*[^\u2060]@everyone[^"]*","link_names/,
    /https:\/\//,
    /mrkdwn/,
  ],
});

const discordBody = z.object({
  content: z.string(),
  allowed_mentions: z.object({ parse: z.array(z.string()).length(0) }),
});
channelSuite({
  kind: 'discord',
  start: overHttp(
    '/api/webhooks/1/discord-secret',
    (url) => ({ url }),
    (body) => discordBody.parse(JSON.parse(body)).content.replaceAll('\\', ''),
  ),
  secrets: ['discord-secret'],
  wrong: wrongUrls,
  forbidden: [/@everyone/, /https:\/\//, /[^\\]<@/, /\]\(/, /[^\\]`/],
});

const ntfyBody = z.object({ topic: z.literal('alerts'), message: z.string(), title: z.string() });
channelSuite({
  kind: 'ntfy',
  start: overHttp(
    '',
    (server) => ({ server, topic: 'alerts', token: 'tk_ntfy-secret' }),
    (body) => {
      const { title, message } = ntfyBody.parse(JSON.parse(body));
      return `${title}\n${message}`;
    },
  ),
  secrets: ['tk_ntfy-secret'],
  wrong: [{ server: 'ntfy' }, { topic: 'a/b' }, { topic: '' }, { server: 'javascript:alert(1)' }],
  forbidden: [/https:\/\//, /"markdown":true/, /\u202E/, /"actions"/, /"click"/],
});

describe('a channel over HTTP', () => {
  const openWebhook = (url: string) => {
    const kind = channelKinds.get('webhook');
    if (kind === undefined) throw new Error('There is no webhook.');
    return kind.open({ url, signingSecret });
  };
  const send = (url: string, timeoutMs = 10_000) =>
    openWebhook(url).send(sampleNotice(), { signal: AbortSignal.timeout(timeoutMs), now: new Date() });
  const failure = async (sending: Promise<unknown>) =>
    sending.then(
      () => undefined,
      (error: unknown) => asHoldfastError(error),
    );

  it('signs what it sends, so that a receiver can tell', async () => {
    const { url, received } = await startReceiver();
    await send(url);
    const headers = received[0]?.headers;
    const body = received[0]?.body ?? '';
    const [, time, signature] =
      /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers?.['holdfast-signature'])) ?? [];
    expect(signature).toBe(createHmac('sha256', signingSecret).update(`${time}.${body}`).digest('hex'));
    expect(Math.abs(Number(time) - Date.now() / 1_000)).toBeLessThan(60);
    const notice = noticeSchema.parse(JSON.parse(body));
    expect(headers?.['holdfast-id']).toBe(notice.id);
    expect(notice).toEqual(sampleNotice());
  });

  it.each([
    ['a server that is broken', answers.broken, 'channel-failed', '500'],
    ['a redirect, which it does not follow', answers.redirect, 'channel-refused', 'redirect'],
    ['a connection that is cut', answers.cut, 'channel-unreachable', 'broke'],
  ] as const)('says what is wrong with %s', async (_, behaviour, code, words) => {
    const receiver = await startReceiver();
    receiver.behave(behaviour);
    const error = await failure(send(`${receiver.url}/hook-secret-1`));
    expect(error).toMatchObject({ code, message: expect.stringContaining(words) });
    expect(`${error?.message} ${error?.stack}`).not.toContain('hook-secret-1');
    expect(receiver.received).toHaveLength(1);
  });

  it('waits no longer than it may', async () => {
    const receiver = await startReceiver();
    receiver.behave(answers.hang);
    expect(await failure(send(receiver.url, 200))).toMatchObject({ code: 'channel-unreachable' });
  });

  it('reads nothing of a huge answer', async () => {
    const receiver = await startReceiver();
    receiver.behave(answers.huge);
    const before = process.memoryUsage().rss;
    expect(await send(receiver.url)).toMatchObject({ detail: expect.stringContaining('200') });
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 ** 2);
  });

  it('says that nothing listens', async () => {
    const receiver = await startReceiver();
    await receiver.close();
    expect(await failure(send(receiver.url))).toMatchObject({
      code: 'channel-unreachable',
      message: expect.stringContaining('refused'),
    });
  });
});
