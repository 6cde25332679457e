import type { Notice, Severity } from '@holdfast/contracts';
import type { Secret } from '@holdfast/runtime';
import { z } from 'zod';
import type { ChannelKind } from '../channel-kind.ts';
import { noticeWords, plainText } from '../notice.words.ts';
import { postJson } from '../post.ts';
import { secretSetting, textSetting, urlSetting } from '../setting-schemas.ts';

interface NtfySettings {
  readonly server: string;
  readonly topic: string;
  readonly token?: Secret;
}

/** What ntfy shows as a message; what is longer it makes a file of. In bytes. */
const mostBytes = 4_000;

const priorities: Readonly<Record<Severity, number>> = { info: 3, warning: 4, critical: 5 };

/** A topic of an ntfy server. */
export const ntfyChannel: ChannelKind<NtfySettings> = {
  kind: 'ntfy',
  settings: z.strictObject({
    server: urlSetting,
    topic: textSetting.regex(/^[-_A-Za-z0-9]{1,64}$/, 'must be letters, digits, - and _, at most 64'),
    token: secretSetting.optional(),
  }),
  describe: ({ server, topic }) => `${server.replace(/\/+$/, '')}/${topic}`,
  async send({ server, topic, token }, notice, { signal }) {
    const words = noticeWords(notice);
    const body = {
      topic,
      title: `Holdfast, ${words.title}`,
      message: cutToBytes(plainText(words), mostBytes),
      priority: priorities[notice.severity],
      tags: [tagOf(notice)],
      markdown: false,
    };
    const headers: Record<string, string> =
      token === undefined ? {} : { authorization: `Bearer ${token.reveal()}` };
    await postJson(server, JSON.stringify(body), { signal, headers });
    return { detail: `${server} took the message for ${topic}.` };
  },
};

function tagOf({ kind, groups }: Notice): string {
  if (kind === 'test') return 'test_tube';
  return groups.every(({ state }) => state === 'recovered') ? 'white_check_mark' : 'warning';
}

function cutToBytes(text: string, most: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return text;
  // The last character may have been cut in two.
  return `${bytes
    .subarray(0, most)
    .toString('utf8')
    .replace(/\uFFFD$/, '')}…`;
}
