import { type ErrorGroup, exitCodes } from './definition.ts';

const failed = { status: 502, exit: exitCodes.failed } as const;

export const notificationErrors = {
  'channel-unreachable': {
    ...failed,
    title: 'The other end of the channel cannot be reached',
    hint: 'Check the address, the name resolution and the firewall of this server.',
  },
  'channel-tls': {
    ...failed,
    title: 'The connection of the channel is not trusted',
    hint: 'Check the certificate of the other end and the setting security; give a private CA by the setting caCertificate.',
  },
  'channel-credentials-wrong': {
    ...failed,
    title: 'The other end of the channel does not accept the credentials',
    hint: 'Enter the password, token or address again; copy it whole, without spaces.',
  },
  'channel-refused': {
    ...failed,
    title: 'The other end of the channel refused the message',
    hint: 'Check the settings of the channel against what the other end expects.',
  },
  'channel-failed': {
    ...failed,
    title: 'The other end of the channel has a problem of its own',
    hint: 'Holdfast tries again by itself. Look at the other end if it goes on.',
  },
} as const satisfies ErrorGroup;
