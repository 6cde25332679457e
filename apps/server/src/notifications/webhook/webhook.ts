import { createHmac } from 'node:crypto';
import type { Secret } from '@holdfast/runtime';
import { z } from 'zod';
import type { ChannelKind } from '../channel-kind.ts';
import { postJson } from '../post.ts';
import { originOf, secretSetting, secretUrlSetting } from '../setting-schemas.ts';

interface WebhookSettings {
  readonly url: Secret;
  readonly signingSecret: Secret;
}

/** Posts the notice as it is (`noticeSchema` of the contracts), signed. */
export const webhookChannel: ChannelKind<WebhookSettings> = {
  kind: 'webhook',
  settings: z.strictObject({
    url: secretUrlSetting,
    signingSecret: secretSetting.refine(
      (value) => value.reveal().length >= 16,
      'must have at least 16 characters',
    ),
  }),
  describe: ({ url }) => originOf(url.reveal()),
  async send({ url, signingSecret }, notice, { signal, now }) {
    const body = JSON.stringify(notice);
    const time = Math.floor(now.getTime() / 1_000);
    const headers = {
      'holdfast-id': notice.id,
      'holdfast-signature': `t=${time},v1=${signatureOf(signingSecret, time, body)}`,
    };
    const status = await postJson(url.reveal(), body, { signal, headers });
    return { detail: `${originOf(url.reveal())} answered ${status}.` };
  },
};

/** HMAC-SHA256 over `time.body` in hexadecimal digits: a receiver can refuse what is forged and what is old. */
function signatureOf(secret: Secret, time: number, body: string): string {
  return createHmac('sha256', secret.reveal()).update(`${time}.${body}`).digest('hex');
}
