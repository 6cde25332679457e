import { type Failure, sourceNameSchema } from '@holdfast/contracts';
import type { Engine, Repository, RepositoryKey } from '@holdfast/engine';
import { asHoldfastError, HoldfastError, type Reporter, type Secret } from '@holdfast/runtime';
import { uuidv7 } from 'uuidv7';
import { type Clock, instant } from '../clock.ts';
import { isUniqueViolation } from '../database/unique-violation.ts';
import type { DestinationsService } from '../destinations/destinations.service.ts';
import type { TeamKey, TeamKeys } from '../keys/team-keys.service.ts';
import type { OperationContext } from '../operations/operation.ts';
import type { Vault } from '../vault/vault.service.ts';
import { MachineKeys, ownUserName } from './machine-keys.ts';
import type { RepositoriesStore } from './repositories.store.ts';
import type { StoredRepository } from './repository.ts';

/** restic repositories: one per source and destination, at `restic/<path>` in the destination. */
export class RepositoriesService {
  readonly #store: RepositoriesStore;
  readonly #destinations: DestinationsService;
  readonly #teamKeys: TeamKeys;
  readonly #machineKeys: MachineKeys;
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #host: string;
  readonly #initialising = new Map<string, Promise<void>>();

  constructor(parts: {
    store: RepositoriesStore;
    destinations: DestinationsService;
    vault: Vault;
    teamKeys: TeamKeys;
    engine: Engine;
    clock: Clock;
    host: string;
  }) {
    this.#store = parts.store;
    this.#destinations = parts.destinations;
    this.#teamKeys = parts.teamKeys;
    this.#machineKeys = new MachineKeys(parts.vault);
    this.#engine = parts.engine;
    this.#clock = parts.clock;
    this.#host = parts.host;
  }

  all(): Promise<StoredRepository[]> {
    return this.#store.all();
  }

  async get(id: string): Promise<StoredRepository> {
    const repository = await this.#store.get(id);
    if (repository === undefined) throw new HoldfastError('not-found', `There is no repository ${id}.`);
    return repository;
  }

  /**
   * The repository of a source in a destination. Its path is the source's name, with a number behind it when
   * another source owns that path; it stays when the source is renamed.
   */
  async forSource(source: { id: string; name: string }, destinationId: string): Promise<StoredRepository> {
    const name = sourceNameSchema.safeParse(source.name);
    if (!name.success) {
      throw new HoldfastError('source-name-invalid', `${JSON.stringify(source.name)} cannot name a folder.`);
    }
    for (;;) {
      const existing = await this.#store.find(source.id, destinationId);
      if (existing !== undefined) return existing;
      const path = freePath(name.data, await this.#store.pathsIn(destinationId));
      const repository = { id: uuidv7(), sourceId: source.id, destinationId, path };
      try {
        await this.#store.insert(repository, instant(this.#clock));
      } catch (error) {
        // Somebody took the path, or made this very repository, in between: look again.
        if (!isUniqueViolation(error)) throw error;
      }
    }
  }

  /** With what opens it: its machine key where it has one (decision 5), else its team key. */
  async open(stored: StoredRepository): Promise<Repository> {
    const machine = await this.#machineKeys.of(stored.id);
    if (machine === undefined) return this.openWith(stored, await this.teamKeyOf(stored));
    return { ...(await this.openWith(stored, machine.password)), keyHint: machine.keyHint };
  }

  /** With this password, whether or not it is the right one. */
  async openWith(stored: StoredRepository, password: Secret): Promise<Repository> {
    const destination = await this.#destinations.open(await this.#destinations.get(stored.destinationId));
    return { access: destination.access(stored.path), password, host: this.#host };
  }

  /** The password that a person has for it. */
  async teamKeyOf({ teamKeyId }: StoredRepository): Promise<Secret> {
    return (await this.#teamKeys.held(teamKeyId)).password;
  }

  /** Created at its first use and never asked for again: each restic command costs time. */
  async ensureInitialised(
    stored: StoredRepository,
    { signal, reporter }: Pick<OperationContext, 'signal' | 'reporter'>,
  ): Promise<Repository> {
    if (!(await this.get(stored.id)).initialised) {
      const initialising =
        this.#initialising.get(stored.id) ??
        this.#initialise(stored, signal, reporter).finally(() => this.#initialising.delete(stored.id));
      this.#initialising.set(stored.id, initialising);
      await initialising;
    }
    return this.open(stored);
  }

  async #initialise(stored: StoredRepository, signal: AbortSignal, reporter: Reporter): Promise<void> {
    const teamKey = await this.#claimTeamKey(await this.get(stored.id));
    // Not with a machine key of an attempt that died: the repository may have been removed since.
    await this.#machineKeys.remove(stored.id);
    const repository = await this.openWith(stored, teamKey.password);
    await this.#engine.initialise(repository, { signal }).catch(async (error: unknown) => {
      throw await this.#explainTaken(stored, repository, error);
    });
    await this.#addMachineKey(stored, teamKey.password, reporter);
    await this.#store.initialised(stored.id, instant(this.#clock));
  }

  /**
   * The key to make it with, stored before it is used: a rotation that ends meanwhile keeps that key. One that an
   * attempt which died has claimed stays: the repository may exist with it.
   */
  async #claimTeamKey({ id, teamKeyId }: StoredRepository): Promise<TeamKey> {
    if (teamKeyId !== undefined) return this.#teamKeys.held(teamKeyId);
    for (;;) {
      const current = await this.#teamKeys.current();
      await this.#store.setTeamKey(id, current.id, false);
      if ((await this.#teamKeys.current()).id === current.id) return current;
    }
  }

  /** There is a repository already, of somebody's who has another password. It stays as it is. */
  async #explainTaken(stored: StoredRepository, { access }: Repository, error: unknown): Promise<unknown> {
    if (asHoldfastError(error).code !== 'repository-password-wrong') return error;
    await this.#store.setTeamKey(stored.id, null, false);
    return new HoldfastError(
      'repository-password-wrong',
      `There is a repository at ${access.location} already, made with another password. Nothing in it was changed.`,
      {
        hint: 'Bring its password along with: holdfast key adopt. Or use a destination with another path or prefix.',
        cause: error,
      },
    );
  }

  async #addMachineKey(stored: StoredRepository, teamKey: Secret, reporter: Reporter): Promise<void> {
    const destination = await this.#destinations.open(await this.#destinations.get(stored.destinationId));
    const place = { objects: destination.objects(), keyPrefix: `restic/${stored.path}/keys/` };
    const owner = { hostname: this.#host, created: this.#clock.now() };
    await this.#machineKeys.add(stored.id, place, teamKey, owner).catch(async (error: unknown) => {
      // A gain in speed only: the team key opens the repository, too.
      await this.#machineKeys.remove(stored.id);
      const why = asHoldfastError(error).message;
      reporter.log('warn', `The repository has no machine key, so each command takes longer: ${why}`);
    });
  }

  /** Another team key opens it now, beside the one before: from now on it is used with that, and a new machine key. */
  async follow(stored: StoredRepository, teamKey: TeamKey, reporter: Reporter): Promise<void> {
    if (stored.initialised) await this.#addMachineKey(stored, teamKey.password, reporter);
    await this.#store.setTeamKey(stored.id, teamKey.id, true);
  }

  /** It was never made: whoever makes it may take another key. */
  releaseClaim({ id }: StoredRepository): Promise<void> {
    return this.#store.setTeamKey(id, null, false);
  }

  /**
   * Removes every key of Holdfast's own but the present ones: until this password opens it no more, and those of
   * machines. Keys that people added stay.
   * @returns how many were removed, and how many of others there are
   */
  async removeOldKeys(
    stored: StoredRepository,
    { current, previous }: { current: Secret; previous?: Secret },
    signal: AbortSignal,
  ): Promise<{ removed: number; others: number }> {
    const repository = await this.openWith(stored, current);
    const machine = (await this.#machineKeys.of(stored.id))?.keyHint;
    const isOwn = ({ userName, hostName }: RepositoryKey) =>
      userName === ownUserName && hostName === this.#host;
    const besides = (await this.#engine.keys(repository, { signal })).filter(
      (key) => !key.current && key.id !== machine,
    );
    const gone = new Set<string>();
    const remove = async (id: string) => {
      await this.#engine.removeKey(repository, id, { signal });
      gone.add(id);
    };
    for (const { id } of besides.filter(isOwn)) await remove(id);
    if (previous !== undefined) {
      const old = await this.openWith(stored, previous);
      for (
        let id = await this.#idOfKey(old, signal);
        id !== undefined;
        id = await this.#idOfKey(old, signal)
      ) {
        await remove(id);
      }
    }
    await this.#store.oldKeysRemoved(stored.id);
    return { removed: gone.size, others: besides.filter(({ id }) => !gone.has(id)).length };
  }

  /** Of the key that the password belongs to; undefined where it opens nothing. */
  async #idOfKey(repository: Repository, signal: AbortSignal): Promise<string | undefined> {
    const keys = await this.keysOpenedBy(repository, signal);
    return keys?.find(({ current }) => current)?.id;
  }

  /** Undefined where the password is not one of the repository's. @throws HoldfastError of the storage */
  async keysOpenedBy(repository: Repository, signal: AbortSignal): Promise<RepositoryKey[] | undefined> {
    try {
      return await this.#engine.keys(repository, { signal });
    } catch (error) {
      if (asHoldfastError(error).code === 'repository-password-wrong') return undefined;
      throw error;
    }
  }

  /** @throws HoldfastError unless the new password opens it afterwards */
  async addKey(stored: StoredRepository, password: Secret, signal: AbortSignal): Promise<void> {
    const repository = await this.openWith(stored, await this.teamKeyOf(stored));
    const key = { password, userName: ownUserName, hostName: this.#host };
    await this.#engine.addKey(repository, key, { signal });
    await this.#engine.keys(await this.openWith(stored, password), { signal });
  }

  /** Remembers the result of a check; prune goes by it. */
  checked(id: string, error?: Failure): Promise<void> {
    return this.#store.checked(id, instant(this.#clock), error);
  }

  pruned(id: string): Promise<void> {
    return this.#store.pruned(id, instant(this.#clock));
  }

  /** A backup added this many bytes to it. */
  grew(id: string, bytes: number): Promise<void> {
    return this.#store.grew(id, bytes);
  }

  /** Asks the engine how much is stored, and remembers it. @throws HoldfastError of the storage */
  async measure(stored: StoredRepository, options: { signal?: AbortSignal } = {}): Promise<void> {
    const bytes = await this.#engine.storedBytes(await this.open(stored), options);
    await this.#store.measured(stored.id, bytes, instant(this.#clock));
  }
}

function freePath(name: string, taken: readonly string[]): string {
  // Compared without case: some storage (and some people) cannot tell "Db" from "db".
  const used = new Set(taken.map((path) => path.toLowerCase()));
  for (let number = 1; ; number++) {
    const path = number === 1 ? name : `${name}-${number}`;
    if (!used.has(path.toLowerCase())) return path;
  }
}
