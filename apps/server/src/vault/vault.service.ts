import { randomBytes } from 'node:crypto';
import { HoldfastError, Secret } from '@holdfast/runtime';
import { type Clock, instant } from '../clock.ts';
import { openEnvelope, sealEnvelope } from './envelope.ts';
import type { VaultStore } from './vault.store.ts';

const teamKeyName = 'team-key';

/** Secrets at rest. Nothing in it is ever written into a backup. */
export class Vault {
  readonly #store: VaultStore;
  readonly #masterKey: Buffer;
  readonly #clock: Clock;

  constructor(store: VaultStore, masterKey: Buffer, clock: Clock) {
    this.#store = store;
    this.#masterKey = masterKey;
    this.#clock = clock;
  }

  /** @throws HoldfastError `master-key-wrong`, before anything is written with the wrong key */
  async verify(): Promise<void> {
    const sample = await this.#store.any();
    if (sample !== undefined) openEnvelope(this.#masterKey, sample.name, sample.envelope);
  }

  async put(name: string, secret: Secret): Promise<void> {
    const envelope = sealEnvelope(this.#masterKey, name, secret.reveal());
    await this.#store.put(name, envelope, instant(this.#clock));
  }

  async get(name: string): Promise<Secret | undefined> {
    const envelope = await this.#store.envelope(name);
    return envelope === undefined ? undefined : new Secret(openEnvelope(this.#masterKey, name, envelope));
  }

  remove(name: string): Promise<void> {
    return this.#store.remove(name);
  }

  /** The restic password of all repositories: 256 random bits in printable form, made at first use. */
  async teamKey(): Promise<Secret> {
    const held = await this.get(teamKeyName);
    if (held !== undefined) return held;
    const made = randomBytes(32).toString('base64url');
    const envelope = sealEnvelope(this.#masterKey, teamKeyName, made);
    await this.#store.insert(teamKeyName, envelope, instant(this.#clock));
    const key = await this.get(teamKeyName);
    if (key === undefined) throw new HoldfastError('internal', 'The team key was not kept.');
    return key;
  }
}
