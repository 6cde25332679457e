import type { Secret } from '@holdfast/runtime';
import { z } from 'zod';
import type { ChannelKind } from '../channel-kind.ts';
import { noticeWords } from '../notice.words.ts';
import { postJson } from '../post.ts';
import { cutTo } from '../safe-text.ts';
import { originOf, secretUrlSetting } from '../setting-schemas.ts';

interface DiscordSettings {
  readonly url: Secret;
}

/** What Discord accepts in one message. */
const mostCharacters = 2_000;
const suppressEmbeds = 4;

/** A webhook of a Discord channel. */
export const discordChannel: ChannelKind<DiscordSettings> = {
  kind: 'discord',
  settings: z.strictObject({ url: secretUrlSetting }),
  describe: ({ url }) => originOf(url.reveal()),
  async send({ url }, notice, { signal }) {
    const { title, sections } = noticeWords(notice);
    const parts = sections.map(
      ({ heading, lines }) => `**${escapeDiscord(heading)}**\n${lines.map(escapeDiscord).join('\n')}`,
    );
    const body = {
      username: 'Holdfast',
      content: cutTo([`**${escapeDiscord(`Holdfast, ${title}`)}**`, ...parts].join('\n\n'), mostCharacters),
      allowed_mentions: { parse: [] },
      flags: suppressEmbeds,
    };
    await postJson(url.reveal(), JSON.stringify(body), { signal });
    return { detail: `${originOf(url.reveal())} took the message.` };
  },
};

/** Every character that Markdown or a mention begins with; an `@` is parted from what follows it. */
function escapeDiscord(text: string): string {
  return text.replaceAll(/[\\*_~`|>#[\]()<:-]/g, String.raw`\$&`).replaceAll('@', '@\u2060');
}
