import { type RegisteredChannelKind, registerChannel } from './channel-kind.ts';
import { discordChannel } from './discord/discord.ts';
import { emailChannel } from './email/email.ts';
import { ntfyChannel } from './ntfy/ntfy.ts';
import { slackChannel } from './slack/slack.ts';
import { webhookChannel } from './webhook/webhook.ts';

/** Every kind of channel by its name. The only file that knows them all. */
export const channelKinds: ReadonlyMap<string, RegisteredChannelKind> = new Map(
  [
    registerChannel(emailChannel),
    registerChannel(webhookChannel),
    registerChannel(slackChannel),
    registerChannel(discordChannel),
    registerChannel(ntfyChannel),
  ].map((kind) => [kind.kind, kind]),
);
