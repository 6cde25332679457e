import { createServer } from 'node:net';
import { selfSignedCertificate } from '@holdfast/destinations/testing';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { onTestFinished } from 'vitest';

export const mailbox = { username: 'holdfast', password: 'smtp-pass-word-1' };
export const certificate = selfSignedCertificate({ name: 'IP:127.0.0.1' });

export interface Mail {
  readonly to: readonly string[];
  readonly text: string;
}

/** A real mail server on loopback, with STARTTLS and a password unless told otherwise. */
export async function startSmtp(options: SMTPServerOptions = {}) {
  const received: Mail[] = [];
  const server = new SMTPServer({
    ...certificate,
    size: 1_000_000,
    onAuth: (auth, _session, callback) =>
      auth.username === mailbox.username && auth.password === mailbox.password
        ? callback(null, { user: auth.username })
        : callback(new Error(`Nobody is called ${auth.username} with ${auth.password}`)),
    onRcptTo: (address, _session, callback) =>
      callback(address.address.startsWith('nobody@') ? new Error('No such mailbox here') : null),
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        received.push({
          to: session.envelope.rcptTo.map(({ address }) => address),
          text: Buffer.concat(chunks).toString('utf8'),
        });
        callback(null);
      });
    },
    ...options,
  });
  server.on('error', () => {});
  const port = await new Promise<number>((resolve) => {
    const listening = server.listen(0, '127.0.0.1', () => {
      const address = listening.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const settings = {
    host: '127.0.0.1',
    port,
    ...mailbox,
    caCertificate: certificate.cert,
    from: 'holdfast@example.com',
    to: 'ops@example.com, boss@example.com',
  };
  return { port, received, settings };
}

/** Takes connections and says what it is told, if anything; then it hangs up, or hangs. */
export async function startMuteServer({ greeting, hangUp }: { greeting?: string; hangUp?: boolean } = {}) {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    if (greeting !== undefined) socket.write(greeting);
    if (hangUp === true) socket.once('data', () => socket.destroy());
  });
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  );
  return typeof address === 'object' && address !== null ? address.port : 0;
}
