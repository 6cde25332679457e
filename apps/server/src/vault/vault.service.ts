import { Secret } from '@holdfast/runtime';
import { type Clock, instant } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { isClosedWith, type MasterKeys, openEnvelope, rewrapEnvelope, sealEnvelope } from './envelope.ts';
import { createVaultStore, type VaultStore } from './vault.store.ts';

/** What keeps secrets: the vault itself, or the same inside a transaction. */
export type SecretKeeper = Pick<Vault, 'put' | 'get' | 'remove'>;

/** Secrets at rest. Nothing in it is ever written into a backup. */
export class Vault {
  readonly #store: VaultStore;
  readonly #clock: Clock;
  #masterKeys: MasterKeys;

  /** @param earlier the master key before this one, while envelopes may still be closed with it */
  constructor(store: VaultStore, masterKey: Buffer, clock: Clock, earlier?: Buffer) {
    this.#store = store;
    this.#clock = clock;
    this.#masterKeys = earlier === undefined ? [masterKey] : [masterKey, earlier];
  }

  /** What everything that is put from now on is closed with. */
  get masterKey(): Buffer {
    return this.#masterKeys[0];
  }

  /**
   * Closes anew what an earlier master key had closed.
   * @throws HoldfastError `master-key-wrong`, before anything is written with the wrong key; `vault-damaged`
   */
  async verify(): Promise<void> {
    const all = await this.#store.all();
    const [sample] = all;
    if (sample !== undefined) openEnvelope(this.#masterKeys, sample.name, sample.envelope);
    if (this.#masterKeys.length > 1) await this.#rewrap();
  }

  /** @throws HoldfastError `vault-damaged` where a secret does not open: its master key must not be changed then */
  async assertWhole(): Promise<void> {
    for (const { name, envelope } of await this.#store.all()) openEnvelope(this.#masterKeys, name, envelope);
  }

  /**
   * From now on everything is closed with another master key, what is here already as well. Whoever calls sees to it
   * that a process which dies meanwhile is started again with both.
   * @returns how many secrets were closed anew
   */
  async changeMasterKey(next: Buffer): Promise<number> {
    const [current] = this.#masterKeys;
    this.#masterKeys = [next, current];
    const changed = await this.#rewrap();
    this.#masterKeys = [next];
    return changed;
  }

  /** Until none is left: one that was put meanwhile may have been closed before the change. */
  async #rewrap(): Promise<number> {
    const [current] = this.#masterKeys;
    for (let changed = 0; ; ) {
      const old = (await this.#store.all()).filter(({ envelope }) => !isClosedWith(current, envelope));
      if (old.length === 0) return changed;
      const left = await this.#store.replaceAll(
        old.map(({ name, envelope }) => ({
          name,
          envelope: rewrapEnvelope(this.#masterKeys, name, envelope),
          before: envelope,
        })),
      );
      changed += old.length - left;
    }
  }

  async put(name: string, secret: Secret): Promise<void> {
    await this.#store.put(name, this.#seal(name, secret), instant(this.#clock));
  }

  async get(name: string): Promise<Secret | undefined> {
    const envelope = await this.#store.envelope(name);
    return envelope === undefined ? undefined : new Secret(openEnvelope(this.#masterKeys, name, envelope));
  }

  remove(name: string): Promise<void> {
    return this.#store.remove(name);
  }

  /** The same vault inside a transaction: what it writes is there together with everything else of it, or not at all. */
  within(transaction: Database): SecretKeeper {
    const [current, earlier] = this.#masterKeys;
    return new Vault(createVaultStore(transaction), current, this.#clock, earlier);
  }

  #seal(name: string, secret: Secret): string {
    return sealEnvelope(this.#masterKeys[0], name, secret.reveal());
  }
}
