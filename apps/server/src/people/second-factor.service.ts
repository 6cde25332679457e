import { HoldfastError, Secret } from '@holdfast/runtime';
import type { TOTP } from 'otpauth';
import type { Clock } from '../clock.ts';
import { hashCode, makeCode } from '../credentials/one-time-code.ts';
import type { Vault } from '../vault/vault.service.ts';
import type { SecondFactorStore } from './second-factor.store.ts';

const periodSeconds = 30;
/** How many steps the clock of the authenticator may be ahead or behind. */
const tolerance = 1;
const recoveryCodeCount = 10;

export interface SecondFactorParts {
  readonly store: SecondFactorStore;
  readonly vault: Vault;
  readonly clock: Clock;
}

/** Codes of an authenticator (RFC 6238), and those that stand in for it when it is lost. */
export class SecondFactorService {
  readonly #parts: SecondFactorParts;

  constructor(parts: SecondFactorParts) {
    this.#parts = parts;
  }

  /** A new secret. It counts once a code has shown that the authenticator has it. */
  async start(person: { id: string; email: string }): Promise<{ secret: string; uri: string }> {
    const { Secret: OtpSecret } = await import('otpauth');
    const secret = new OtpSecret({ size: 20 });
    await this.#parts.vault.put(pending(person.id), new Secret(secret.base32));
    return { secret: secret.base32, uri: (await authenticator(secret.base32, person.email)).toString() };
  }

  /** Wants codes from now on. @returns the recovery codes @throws HoldfastError `conflict`, `second-factor-wrong` */
  async confirm(personId: string, code: string): Promise<string[]> {
    const { vault, store } = this.#parts;
    const secret = await vault.get(pending(personId));
    if (secret === undefined) {
      throw new HoldfastError('conflict', 'No second factor waits to be confirmed.', {
        hint: 'Start with POST /v1/totp.',
      });
    }
    const step = await this.#step(secret, code);
    if (step === undefined) throw wrong();
    const codes = Array.from({ length: recoveryCodeCount }, makeCode);
    await vault.put(confirmed(personId), secret);
    await store.enable(personId, step, codes.map(hashCode));
    await vault.remove(pending(personId));
    return codes;
  }

  /** Accepts each code once. @throws HoldfastError `second-factor-wrong` */
  async check(personId: string, code: string): Promise<void> {
    const { vault, store } = this.#parts;
    const secret = await vault.get(confirmed(personId));
    const step = secret === undefined ? undefined : await this.#step(secret, code);
    const accepted =
      step === undefined
        ? await store.takeRecoveryCode(personId, hashCode(code))
        : await store.takeStep(personId, step);
    if (!accepted) throw wrong();
  }

  async forget(personId: string): Promise<void> {
    const { vault, store } = this.#parts;
    await store.disable(personId);
    await vault.remove(confirmed(personId));
    await vault.remove(pending(personId));
  }

  /** The time step that the code belongs to. */
  async #step(secret: Secret, code: string): Promise<number | undefined> {
    const timestamp = this.#parts.clock.now().getTime();
    const token = code.replaceAll(/\s/g, '');
    const totp = await authenticator(secret.reveal());
    const delta = totp.validate({ token, timestamp, window: tolerance });
    return delta === null ? undefined : Math.floor(timestamp / 1000 / periodSeconds) + delta;
  }
}

async function authenticator(base32: string, label = ''): Promise<TOTP> {
  const { Secret: OtpSecret, TOTP } = await import('otpauth');
  const secret = OtpSecret.fromBase32(base32);
  // SHA-1 and six digits are what every authenticator has.
  return new TOTP({ issuer: 'Holdfast', label, secret, algorithm: 'SHA1', digits: 6, period: periodSeconds });
}

const pending = (personId: string) => `totp-pending:${personId}`;
const confirmed = (personId: string) => `totp:${personId}`;

function wrong(): HoldfastError {
  return new HoldfastError('second-factor-wrong', 'The code is not right, or was used already.');
}
