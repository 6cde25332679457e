import type { Channel } from '@holdfast/contracts';

export interface SettingField {
  readonly name: string;
  readonly label: string;
  readonly description?: string;
  readonly placeholder?: string;
  readonly optional?: true;
  /** `secret` goes in and never comes back; `text` has several lines. */
  readonly input?: 'secret' | 'text' | readonly string[];
}

interface KindWords {
  readonly label: string;
  readonly fields: readonly SettingField[];
}

const webhookUrl: SettingField = {
  name: 'url',
  label: 'Address of the webhook',
  placeholder: 'https://…',
  input: 'secret',
};

/** What each kind of channel is asked for. The server decides what it takes. */
export const channelKinds: Readonly<Record<string, KindWords>> = {
  email: {
    label: 'E-mail',
    fields: [
      {
        name: 'to',
        label: 'To',
        description: 'Addresses, with commas between',
        placeholder: 'ops@example.com',
      },
      { name: 'from', label: 'From', placeholder: 'holdfast@example.com' },
      { name: 'host', label: 'Mail server', placeholder: 'smtp.example.com' },
      {
        name: 'security',
        label: 'Encryption',
        optional: true,
        description: 'starttls, unless you choose',
        input: ['starttls', 'tls', 'none'],
      },
      {
        name: 'port',
        label: 'Port',
        optional: true,
        description: 'That of the encryption, unless it is said',
      },
      { name: 'username', label: 'User name', optional: true },
      { name: 'password', label: 'Password', optional: true, input: 'secret' },
      {
        name: 'caCertificate',
        label: 'Certificate to trust',
        optional: true,
        description: 'In PEM form, for a mail server with a certificate of its own',
        input: 'text',
      },
    ],
  },
  webhook: {
    label: 'Webhook',
    fields: [
      webhookUrl,
      {
        name: 'signingSecret',
        label: 'Signing secret',
        description: 'At least 16 characters; the receiver checks by it that messages come from here',
        input: 'secret',
      },
    ],
  },
  slack: { label: 'Slack', fields: [{ ...webhookUrl, placeholder: 'https://hooks.slack.com/services/…' }] },
  discord: {
    label: 'Discord',
    fields: [{ ...webhookUrl, placeholder: 'https://discord.com/api/webhooks/…' }],
  },
  ntfy: {
    label: 'ntfy',
    fields: [
      { name: 'server', label: 'Server', placeholder: 'https://ntfy.sh' },
      { name: 'topic', label: 'Topic' },
      { name: 'token', label: 'Access token', optional: true, input: 'secret' },
    ],
  },
};

export function kindLabel({ kind }: Pick<Channel, 'kind'>): string {
  return channelKinds[kind]?.label ?? kind;
}
