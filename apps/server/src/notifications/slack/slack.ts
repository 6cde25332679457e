import type { Secret } from '@holdfast/runtime';
import { z } from 'zod';
import type { ChannelKind } from '../channel-kind.ts';
import { noticeWords } from '../notice.words.ts';
import { postJson } from '../post.ts';
import { cutTo } from '../safe-text.ts';
import { originOf, secretUrlSetting } from '../setting-schemas.ts';

interface SlackSettings {
  /** Of an incoming webhook. */
  readonly url: Secret;
}

/** What Slack accepts: characters of a header and of a section, blocks of a message. */
const limits = { header: 150, section: 3_000, blocks: 50 };

/** An incoming webhook of Slack, or of what understands its messages (Mattermost, Rocket.Chat). */
export const slackChannel: ChannelKind<SlackSettings> = {
  kind: 'slack',
  settings: z.strictObject({ url: secretUrlSetting }),
  describe: ({ url }) => originOf(url.reveal()),
  async send({ url }, notice, { signal }) {
    const { title, sections } = noticeWords(notice);
    const body = {
      // Shown in notifications, and where blocks are not understood.
      text: escapeSlack(`Holdfast, ${title}`),
      link_names: false,
      unfurl_links: false,
      unfurl_media: false,
      blocks: [
        { type: 'header', text: plain(`Holdfast, ${title}`, limits.header) },
        ...sections.map(({ heading, lines }) => ({
          type: 'section',
          text: plain([heading, ...lines].join('\n'), limits.section),
        })),
      ].slice(0, limits.blocks),
    };
    await postJson(url.reveal(), JSON.stringify(body), { signal });
    return { detail: `${originOf(url.reveal())} took the message.` };
  },
};

/** Text in which Slack looks for no markup, mention or link. */
function plain(text: string, most: number) {
  return { type: 'plain_text', emoji: false, text: cutTo(text, most) };
}

/** Slack's own three, which begin every mention and link; formatting is broken by an invisible character. */
function escapeSlack(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[*_~`@]/g, '\u2060$&');
}
