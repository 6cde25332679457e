import { connect } from 'node:tls';

/** Whether a TLS handshake gets as far as a certificate. Sends nothing of ours; two seconds at most. */
export function speaksTls(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    // The certificate is not judged here: nothing is sent over this connection.
    const socket = connect({ host, port, rejectUnauthorized: false, timeout: 2000 });
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('secureConnect', () => finish(true));
    socket.once('error', () => finish(false));
    socket.once('timeout', () => finish(false));
    socket.once('close', () => finish(false));
  });
}
