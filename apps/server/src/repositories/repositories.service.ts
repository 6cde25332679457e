import { type Failure, sourceNameSchema } from '@holdfast/contracts';
import type { Engine, Repository } from '@holdfast/engine';
import { asHoldfastError, HoldfastError, type Reporter } from '@holdfast/runtime';
import { uuidv7 } from 'uuidv7';
import { type Clock, instant } from '../clock.ts';
import { isUniqueViolation } from '../database/unique-violation.ts';
import type { DestinationsService } from '../destinations/destinations.service.ts';
import type { OperationContext } from '../operations/operation.ts';
import type { Vault } from '../vault/vault.service.ts';
import { MachineKeys } from './machine-keys.ts';
import type { RepositoriesStore } from './repositories.store.ts';
import type { StoredRepository } from './repository.ts';

/** restic repositories: one per source and destination, at `restic/<path>` in the destination. */
export class RepositoriesService {
  readonly #store: RepositoriesStore;
  readonly #destinations: DestinationsService;
  readonly #vault: Vault;
  readonly #machineKeys: MachineKeys;
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #host: string;
  readonly #initialising = new Map<string, Promise<void>>();

  constructor(parts: {
    store: RepositoriesStore;
    destinations: DestinationsService;
    vault: Vault;
    engine: Engine;
    clock: Clock;
    host: string;
  }) {
    this.#store = parts.store;
    this.#destinations = parts.destinations;
    this.#vault = parts.vault;
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

  /** With what opens it: its machine key where it has one (decision 5), else the team key. */
  async open(stored: StoredRepository): Promise<Repository> {
    const destination = await this.#destinations.open(await this.#destinations.get(stored.destinationId));
    const key = (await this.#machineKeys.of(stored.id)) ?? { password: await this.#vault.teamKey() };
    return { access: destination.access(stored.path), host: this.#host, ...key };
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
    const destination = await this.#destinations.open(await this.#destinations.get(stored.destinationId));
    const teamKey = await this.#vault.teamKey();
    // Not with a machine key of an attempt that died: the repository may have been removed since.
    await this.#machineKeys.remove(stored.id);
    const repository = { access: destination.access(stored.path), password: teamKey, host: this.#host };
    await this.#engine.initialise(repository, { signal });
    const place = { objects: destination.objects(), keyPrefix: `restic/${stored.path}/keys/` };
    const owner = { hostname: this.#host, created: this.#clock.now() };
    await this.#machineKeys.add(stored.id, place, teamKey, owner).catch((error: unknown) => {
      // A gain in speed only: the team key opens the repository, too.
      const why = asHoldfastError(error).message;
      reporter.log('warn', `The repository has no machine key, so each command takes longer: ${why}`);
    });
    await this.#store.initialised(stored.id, instant(this.#clock));
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
