import { HoldfastError, redact, type Secret } from '@holdfast/runtime';
import { safeText } from '../safe-text.ts';

export interface EmailAttempt {
  readonly host: string;
  readonly port: number;
  readonly timedOut: boolean;
  readonly secrets: readonly Secret[];
}

/** What went wrong with a mail server, in words. Its own words are quoted, never what was sent to it. */
export function emailFailure(error: unknown, { host, port, timedOut, secrets }: EmailAttempt): HoldfastError {
  const server = `${host}:${port}`;
  if (timedOut) {
    return new HoldfastError('channel-unreachable', `${server} did not answer in time.`);
  }
  const { code, said } = partsOf(error);
  const quoted = said === '' ? '' : ` It says: ${redact(said, secrets)}`;
  switch (code) {
    case 'EAUTH':
    case 'ENOAUTH':
      return new HoldfastError(
        'channel-credentials-wrong',
        `${server} does not accept user name and password.`,
      );
    case 'ETLS':
      return new HoldfastError('channel-tls', `There is no trusted connection to ${server}.${quoted}`, {
        hint: 'Set security to what the server offers (starttls, tls, none), and caCertificate for a private CA.',
      });
    case 'EENVELOPE':
    case 'EMESSAGE':
      return new HoldfastError('channel-refused', `${server} refused the message.${quoted}`, {
        hint: 'Check the addresses in from and to, and what the server allows this user to send.',
      });
    default:
      return new HoldfastError(
        'channel-unreachable',
        `The connection to ${server} failed (${code}).${quoted}`,
      );
  }
}

export function someRefused(addresses: readonly string[]): HoldfastError {
  return new HoldfastError(
    'channel-refused',
    `These addresses were refused: ${safeText(addresses.join(', '))}.`,
    {
      hint: 'Correct the setting to; the other addresses received the message.',
    },
  );
}

function partsOf(error: unknown): { code: string; said: string } {
  if (!(error instanceof Error)) return { code: 'unknown', said: '' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
  if (isCertificateProblem(code) || isCertificateProblem(error.message)) return { code: 'ETLS', said: '' };
  const said = 'response' in error && typeof error.response === 'string' ? safeText(error.response, 200) : '';
  return { code, said };
}

function isCertificateProblem(text: string): boolean {
  return /CERT|SELF_SIGNED|ALTNAME|certificate|wrong version number|STARTTLS/i.test(text);
}
