import { randomBytes } from 'node:crypto';
import { HoldfastError, Secret } from '@holdfast/runtime';
import { type Clock, instant } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { Vault } from '../vault/vault.service.ts';
import { assertUsablePassword, attemptPauseMs, isSameKey, mostAttempts } from './key.rules.ts';
import { createTeamKeyStore, type KeyRole, type StoredTeamKey } from './team-key.store.ts';

export interface TeamKey extends StoredTeamKey {
  readonly password: Secret;
}

/** Where the vault has the password of each. */
export const teamKeySecretNames: Readonly<Record<KeyRole, string>> = {
  current: 'team-key',
  next: 'team-key/next',
  previous: 'team-key/previous',
};

/** The restic passwords of a team's repositories: the present one, and during a rotation those beside it. */
export class TeamKeys {
  readonly #database: Database;
  readonly #vault: Vault;
  readonly #clock: Clock;

  constructor(parts: { database: Database; vault: Vault; clock: Clock }) {
    this.#database = parts.database;
    this.#vault = parts.vault;
    this.#clock = parts.clock;
  }

  /** Makes the first key where there was never one. A key that is known but not in the vault is not replaced. */
  async ensure(): Promise<void> {
    if ((await this.known('current')) !== undefined) return;
    try {
      await this.#database.transaction().execute(async (transaction) => {
        const { store, vault } = this.#within(transaction);
        // The row first: of two that start at the same time, only one comes past it.
        await store.insert({ id: newId(), role: 'current', origin: 'generated', createdAt: this.#now() });
        const held = await vault.get(teamKeySecretNames.current);
        await vault.put(teamKeySecretNames.current, held ?? generateTeamKey());
      });
    } catch (error) {
      if ((await this.known('current')) === undefined) throw error;
    }
  }

  /** @throws HoldfastError `team-key-missing` */
  async current(): Promise<TeamKey> {
    const key = await this.find('current');
    if (key !== undefined) return key;
    throw new HoldfastError('team-key-missing', 'The vault does not hold the team key.');
  }

  async find(role: KeyRole): Promise<TeamKey | undefined> {
    const stored = await this.known(role);
    if (stored === undefined) return undefined;
    const password = await this.#vault.get(teamKeySecretNames[role]);
    return password === undefined ? undefined : { ...stored, password };
  }

  /** Also where the vault does not hold it. */
  async known(role: KeyRole): Promise<StoredTeamKey | undefined> {
    return (await createTeamKeyStore(this.#database).all()).find((key) => key.role === role);
  }

  /** By its id; without one, the present key. @throws HoldfastError `team-key-missing` */
  async held(id?: string): Promise<TeamKey> {
    if (id === undefined) return this.current();
    const stored = (await createTeamKeyStore(this.#database).all()).find((key) => key.id === id);
    const key = stored === undefined ? undefined : await this.find(stored.role);
    if (key?.id === id) return key;
    throw new HoldfastError('team-key-missing', `The vault does not hold the team key ${id}.`);
  }

  /** @throws HoldfastError `key-already-confirmed` */
  async reveal(): Promise<TeamKey> {
    const key = await this.current();
    if (key.confirmedAt === undefined) return key;
    throw new HoldfastError(
      'key-already-confirmed',
      `The key ${key.id} was confirmed, and is shown no more.`,
    );
  }

  /** @throws HoldfastError `key-wrong`, `key-attempts-exhausted` */
  async confirm(typed: Secret, by: string): Promise<void> {
    const key = await this.current();
    const store = createTeamKeyStore(this.#database);
    const since = new Date(this.#clock.now().getTime() - attemptPauseMs).toISOString();
    if (!(await store.takeAttempt(key.id, this.#now(), { attempts: mostAttempts, since }))) {
      throw new HoldfastError('key-attempts-exhausted', 'The key was typed wrongly too often.');
    }
    if (!isSameKey(typed, key.password)) {
      throw new HoldfastError('key-wrong', `What was typed is not the key ${key.id}.`);
    }
    await store.confirm(key.id, by, this.#now());
  }

  /**
   * In place of the present key. Whoever typed it has proven that they keep it.
   * @returns false, and changes nothing, where a repository has a key, or is being made with one
   * @throws HoldfastError `invalid-input`
   */
  async adopt(password: Secret, by: string): Promise<boolean> {
    assertUsablePassword(password);
    return this.#database.transaction().execute(async (transaction) => {
      const { store, vault } = this.#within(transaction);
      if (await store.isAnyInUse()) return false;
      await vault.put(teamKeySecretNames.current, password);
      await store.remove('current');
      await this.#insertChosen(store, 'current', by);
      return true;
    });
  }

  /** Puts back into the vault what it does not hold any more. Whether it is the right one is for the caller to know. */
  reEnter(password: Secret): Promise<void> {
    return this.#vault.put(teamKeySecretNames.current, password);
  }

  /**
   * The key that a rotation changes to: stored before any repository gets it.
   * @param chosen a person's own; without it, one is generated
   * @throws HoldfastError `invalid-input`, `conflict` where a rotation has not come to its end
   */
  async prepareNext(chosen?: { password: Secret; by: string }): Promise<void> {
    if (chosen !== undefined) assertUsablePassword(chosen.password);
    const current = await this.current();
    if (chosen !== undefined && isSameKey(chosen.password, current.password)) {
      throw new HoldfastError('invalid-input', 'This is the team key already.', {
        hint: 'Choose another one.',
      });
    }
    await this.#database.transaction().execute(async (transaction) => {
      const { store, vault } = this.#within(transaction);
      if ((await store.all()).some(({ role }) => role !== 'current')) {
        throw new HoldfastError('conflict', 'An earlier rotation of the team key has not come to its end.', {
          hint: 'Finish it first, without a key of your own: holdfast key rotate',
        });
      }
      await vault.put(teamKeySecretNames.next, chosen?.password ?? generateTeamKey());
      if (chosen === undefined) {
        await store.insert({ id: newId(), role: 'next', origin: 'generated', createdAt: this.#now() });
      } else await this.#insertChosen(store, 'next', chosen.by);
    });
  }

  /** The next key becomes the present one, which stays as the previous one: all at once. */
  async switch(): Promise<void> {
    const [current, next] = [await this.current(), await this.find('next')];
    if (next === undefined) return;
    await this.#database.transaction().execute(async (transaction) => {
      const { store, vault } = this.#within(transaction);
      await vault.put(teamKeySecretNames.previous, current.password);
      await vault.put(teamKeySecretNames.current, next.password);
      await vault.remove(teamKeySecretNames.next);
      await store.setRole('current', 'previous');
      await store.setRole('next', 'current');
    });
  }

  /** Forgets the previous key, once no repository needs it any more. @returns whether that is so */
  async dropPrevious(): Promise<boolean> {
    return this.#database.transaction().execute(async (transaction) => {
      const { store, vault } = this.#within(transaction);
      const current = (await store.all()).find(({ role }) => role === 'current');
      if (current === undefined || (await store.isNeededBeside(current.id))) return false;
      await vault.remove(teamKeySecretNames.previous);
      await store.remove('previous');
      return true;
    });
  }

  async #insertChosen(
    store: ReturnType<typeof createTeamKeyStore>,
    role: KeyRole,
    by: string,
  ): Promise<void> {
    const id = newId();
    await store.insert({ id, role, origin: 'chosen', createdAt: this.#now() });
    await store.confirm(id, by, this.#now());
  }

  #within(transaction: Database) {
    return { store: createTeamKeyStore(transaction), vault: this.#vault.within(transaction) };
  }

  #now(): string {
    return instant(this.#clock);
  }
}

/** Names a key. Random: one that was computed from a password that a person chose would help to guess it. */
function newId(): string {
  return randomBytes(6).toString('hex');
}

/** 256 random bits, as 43 letters that a person can copy. */
function generateTeamKey(): Secret {
  return new Secret(randomBytes(32).toString('base64url'));
}
