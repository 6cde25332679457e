import { connect, type Socket } from 'node:net';
import type { Notice } from '@holdfast/contracts';
import type { ChannelKind, SendOptions, Sent } from '../channel-kind.ts';
import { noticeWords, plainText } from '../notice.words.ts';
import { emailFailure, someRefused } from './errors.ts';
import { htmlOf } from './html.ts';
import { type EmailSettings, emailSettings } from './settings.ts';

/** One message over SMTP to every address. */
export const emailChannel: ChannelKind<EmailSettings> = {
  kind: 'email',
  settings: emailSettings,
  describe: ({ to, host }) => `${to.join(', ')} by ${host}`,
  send,
};

async function send(settings: EmailSettings, notice: Notice, { signal }: SendOptions): Promise<Sent> {
  const { host, port, security, username, password, from, to, caCertificate } = settings;
  const { createTransport } = await import('nodemailer');
  let socket: Socket | undefined;
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(username === undefined || password === undefined
      ? {}
      : { auth: { user: username, pass: password.reveal() } }),
    ...(caCertificate === undefined ? {} : { tls: { ca: caCertificate } }),
    disableFileAccess: true,
    disableUrlAccess: true,
    // A socket of our own: it ends with the signal, wherever the server hangs.
    getSocket: (_options, callback) => {
      socket = connect({ host, port, signal });
      socket.once('error', (error) => callback(error));
      socket.once('connect', () => callback(null, { connection: socket }));
    },
  });
  const words = noticeWords(notice);
  try {
    const { accepted, rejected } = await transport.sendMail({
      from,
      to: [...to],
      subject: `Holdfast, ${words.title}`,
      text: `${plainText(words)}\n`,
      html: htmlOf(words),
      // The same at every attempt, so that a mail program can tell a repetition.
      messageId: `<${notice.id}@holdfast.invalid>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
    const detail = `${host} took the message for ${accepted.length} of ${to.length}.`;
    return rejected.length === 0 ? { detail } : { detail, problem: someRefused(rejected.map(String)) };
  } catch (error) {
    const secrets = password === undefined ? [] : [password];
    throw emailFailure(error, { host, port, timedOut: signal.aborted, secrets });
  } finally {
    transport.close();
    socket?.destroy();
  }
}
