import { asHoldfastError, type HoldfastError } from '@holdfast/runtime';
import { describe, expect, it } from 'vitest';
import { channelKinds } from '../registry.ts';
import { channelSuite } from '../testing/channel-suite.ts';
import { hostileNotice, sampleNotice } from '../testing/sample-notice.ts';
import { mailbox, startMuteServer, startSmtp } from '../testing/smtp-receiver.ts';

/** Quoted-printable and base64 are undone as far as these tests need it. */
function readable(mail: string): string {
  const joined = mail.replaceAll(/=\r?\n/g, '').replaceAll(/\r?\n[ \t]+/g, ' ');
  const bytes = joined.replaceAll(/(?:=[0-9A-F]{2})+/g, (run) =>
    Buffer.from(run.replaceAll('=', ''), 'hex').toString('utf8'),
  );
  return bytes.replaceAll(/=\?UTF-8\?B\?([^?]*)\?=/g, (_, word: string) =>
    Buffer.from(word, 'base64').toString('utf8'),
  );
}

/** What a mail program acts upon: the headers, and the HTML. */
function trusted(mail: string): string {
  return mail.slice(0, mail.indexOf('\r\n\r\n')) + readable(mail.slice(mail.indexOf('text/html')));
}

channelSuite({
  kind: 'email',
  async start() {
    const { settings, received } = await startSmtp();
    return {
      settings,
      received: () => received.map(({ text }) => ({ raw: trusted(text), shown: readable(text) })),
    };
  },
  secrets: [mailbox.password],
  wrong: [
    { to: 'nobody' },
    { to: '' },
    { to: 'a@example.com\r\nBcc: b@example.com' },
    { from: 'x@example.com>\r\nBcc: <b@example.com' },
    { host: 'mail.example.com\r\nRCPT' },
    { port: 70_000 },
    { password: undefined },
    { security: 'none' },
    { security: 'maybe' },
    { caCertificate: 'none' },
    { attachments: '/etc/passwd' },
  ],
  forbidden: [/^Bcc:/im, /<script>/i],
});

function open(settings: object) {
  const kind = channelKinds.get('email');
  if (kind === undefined) throw new Error('There is no email.');
  return kind.open(settings);
}

async function failure(settings: object, timeoutMs = 10_000): Promise<HoldfastError> {
  try {
    await open(settings).send(sampleNotice(), { signal: AbortSignal.timeout(timeoutMs), now: new Date() });
  } catch (error) {
    return asHoldfastError(error);
  }
  throw new Error('It was sent.');
}

describe('email', () => {
  it('goes to every address, as text and as HTML, and to nobody that a name would add', async () => {
    const { settings, received } = await startSmtp();
    await open(settings).send(hostileNotice(), { signal: AbortSignal.timeout(10_000), now: new Date() });
    expect(received.map(({ to }) => to)).toEqual([['ops@example.com', 'boss@example.com']]);
    const text = received[0]?.text ?? '';
    expect(text).toMatch(/^Message-ID: <019aab55-0000-7000-8000-000000000001@holdfast\.invalid>/m);
    expect(text).toContain('text/plain');
    expect(text).toContain('text/html');
    expect(readable(text)).toContain('&#60;script&#62;');
    const headers = text.slice(0, text.indexOf('\r\n\r\n'));
    expect(headers.match(/^Subject:/gim)).toHaveLength(1);
    expect(headers.match(/^To:/gim)).toHaveLength(1);
  });

  it('says that the password is wrong, in words that do not hold it', async () => {
    const { settings } = await startSmtp();
    const error = await failure({ ...settings, password: 'wrong-pass-word' });
    expect(error.code).toBe('channel-credentials-wrong');
    expect(`${error.message} ${error.hint}`).not.toContain('wrong-pass-word');
  });

  it('says which address was refused, and reaches the others', async () => {
    const { settings, received } = await startSmtp();
    const channel = open({ ...settings, to: ['nobody@example.com', 'ops@example.com'] });
    const sent = await channel.send(sampleNotice(), { signal: AbortSignal.timeout(10_000), now: new Date() });
    expect(sent.problem).toMatchObject({
      code: 'channel-refused',
      message: expect.stringContaining('nobody@example.com'),
    });
    expect(received[0]?.to).toEqual(['ops@example.com']);
    const error = await failure({ ...settings, to: 'nobody@example.com' });
    expect(error).toMatchObject({
      code: 'channel-refused',
      message: expect.stringContaining('No such mailbox'),
    });
  });

  it('does not send a password to a server whose certificate it does not trust', async () => {
    let asked = 0;
    const { settings } = await startSmtp({
      onAuth: (_auth, _session, callback) => {
        asked += 1;
        callback(null, { user: 'x' });
      },
    });
    expect((await failure({ ...settings, caCertificate: undefined })).code).toBe('channel-tls');
    expect(asked).toBe(0);
  });

  it('does not go on without the encryption that was asked for', async () => {
    const { settings, received } = await startSmtp({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });
    expect((await failure(settings)).code).toBe('channel-tls');
    expect(received).toEqual([]);
  });

  it('speaks TLS from the first byte, and plainly without a password', async () => {
    const tls = await startSmtp({ secure: true });
    await open({ ...tls.settings, security: 'tls' }).send(sampleNotice(), {
      signal: AbortSignal.timeout(10_000),
      now: new Date(),
    });
    expect(tls.received).toHaveLength(1);
    const plain = await startSmtp({ authOptional: true, disabledCommands: ['STARTTLS', 'AUTH'] });
    const { host, port, from, to } = plain.settings;
    await open({ host, port, from, to, security: 'none' }).send(sampleNotice(), {
      signal: AbortSignal.timeout(10_000),
      now: new Date(),
    });
    expect(plain.received).toHaveLength(1);
  });

  it.each([
    ['hangs before it greets', {}],
    ['hangs after it greeted', { greeting: '220 mail.example.com\r\n' }],
  ])('waits no longer than it may for a server that %s', async (_, server) => {
    const { settings } = await startSmtp();
    const error = await failure({ ...settings, port: await startMuteServer(server) }, 300);
    expect(error).toMatchObject({ code: 'channel-unreachable', message: expect.stringContaining('in time') });
  });

  it('says that the connection was cut, or refused', async () => {
    const { settings } = await startSmtp();
    const cut = await startMuteServer({ greeting: '220 mail.example.com\r\n', hangUp: true });
    expect((await failure({ ...settings, port: cut })).code).toBe('channel-unreachable');
    expect((await failure({ ...settings, port: 9 })).code).toBe('channel-unreachable');
  });
});
