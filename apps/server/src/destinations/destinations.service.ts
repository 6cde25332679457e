import { type AddDestination, isErrorCode, type LastProbe, type ProbeResult } from '@holdfast/contracts';
import type { Destination, RegisteredKind } from '@holdfast/destinations';
import { HoldfastError, Secret } from '@holdfast/runtime';
import { uuidv7 } from 'uuidv7';
import { z } from 'zod';
import { type Clock, instant } from '../clock.ts';
import type { SecretKeeper } from '../vault/vault.service.ts';
import type { DestinationsStore, StoredDestination } from './destinations.store.ts';

export interface EnvironmentDestination {
  readonly name: string;
  readonly kind: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Settings that its kind took, and what of them may lie in the database and what belongs into the vault. */
export interface ReadDestination {
  readonly destination: Destination;
  readonly open: Readonly<Record<string, unknown>>;
  readonly secret: Readonly<Record<string, string>>;
}

/** Storage that the user owns: what is stored of it, and how to open it. */
export class DestinationsService {
  readonly #store: DestinationsStore;
  readonly #vault: SecretKeeper;
  readonly #kinds: ReadonlyMap<string, RegisteredKind>;
  readonly #clock: Clock;

  constructor(parts: {
    store: DestinationsStore;
    vault: SecretKeeper;
    kinds: ReadonlyMap<string, RegisteredKind>;
    clock: Clock;
  }) {
    this.#store = parts.store;
    this.#vault = parts.vault;
    this.#kinds = parts.kinds;
    this.#clock = parts.clock;
  }

  list(): Promise<StoredDestination[]> {
    return this.#store.all();
  }

  /** @throws HoldfastError `not-found` */
  async get(nameOrId: string): Promise<StoredDestination> {
    const found = await this.#store.byNameOrId(nameOrId);
    if (found === undefined) {
      throw new HoldfastError('not-found', `There is no destination ${JSON.stringify(nameOrId)}.`);
    }
    return found;
  }

  /** The named one, or the default. @throws HoldfastError `not-found` */
  async choose(nameOrId?: string): Promise<StoredDestination> {
    if (nameOrId !== undefined) return this.get(nameOrId);
    const chosen = (await this.list()).find((destination) => destination.isDefault);
    if (chosen === undefined) {
      throw new HoldfastError('not-found', 'There is no default destination.', {
        hint: 'Add one with: holdfast destinations add',
      });
    }
    return chosen;
  }

  /** With its secrets from the vault. */
  async open(stored: StoredDestination): Promise<Destination> {
    return this.#kind(stored.kind).open({ ...stored.settings, ...(await this.secretsOf(stored.id)) });
  }

  /**
   * Probes first; what the probe finds wrong is refused, unless `force` says to add it all the same.
   * @throws HoldfastError `conflict`, `invalid-input`, or the error that the probe found
   */
  async add(request: AddDestination): Promise<{ stored: StoredDestination; probe: ProbeResult }> {
    if ((await this.#store.byNameOrId(request.name)) !== undefined) {
      throw new HoldfastError('conflict', `There is a destination named ${request.name} already.`);
    }
    const opened = this.read(request.kind, request.settings).destination;
    const probe = await opened.probe();
    if (!probe.ok && !request.force) throw probeError(probe);
    const stored = await this.insert(request.name, opened, probe);
    if (request.makeDefault) await this.makeDefault(stored.id);
    return { stored: await this.get(stored.id), probe };
  }

  /**
   * Settings as they would be stored; nothing is connected or changed.
   * @throws HoldfastError `invalid-input`, naming each wrong setting but no secret
   */
  read(kindName: string, settings: unknown): ReadDestination {
    const kind = this.#kind(kindName);
    const destination = kind.open(settings);
    return { destination, ...splitSettings(kind, destination) };
  }

  /** Of a destination that was read. @throws HoldfastError what the probe found wrong */
  async tryOut({ destination }: ReadDestination): Promise<void> {
    const probe = await destination.probe();
    if (!probe.ok) throw probeError(probe);
  }

  /** Adds one that was tried before, or is to be added all the same. The first one is the default. */
  async insert(name: string, opened: Destination, probe?: ProbeResult): Promise<StoredDestination> {
    const stored = await this.#insert(this.#kind(opened.kind), opened, {
      name,
      isDefault: false,
      fromEnvironment: false,
      ...(probe === undefined ? {} : { lastProbe: this.#lastProbe(probe) }),
    });
    if ((await this.list()).length === 1) await this.makeDefault(stored.id);
    return stored;
  }

  /** Replaces all settings of one that is there, without a probe. */
  async changeSettings(id: string, { open, secret }: ReadDestination): Promise<void> {
    await this.#putSecrets(id, secret);
    await this.#store.saveSettings(id, open);
  }

  /** There is one default at any time. */
  makeDefault(id: string): Promise<void> {
    return this.#store.makeDefault(id);
  }

  async probe(nameOrId: string): Promise<ProbeResult> {
    const stored = await this.get(nameOrId);
    const probe = await (await this.open(stored)).probe();
    await this.#store.saveProbe(stored.id, this.#lastProbe(probe));
    return probe;
  }

  /** Forgets the destination; what is stored there stays. */
  async remove(stored: StoredDestination): Promise<void> {
    await this.#store.remove(stored.id);
    await this.#vault.remove(secretName(stored.id));
    const rest = await this.list();
    const next = rest[0];
    if (next !== undefined && !rest.some((destination) => destination.isDefault)) {
      await this.#store.makeDefault(next.id);
    }
  }

  /** Makes the destination of the HOLDFAST_* variables, or brings it up to date with them. No probe: starts are offline. */
  async ensureFromEnvironment(wanted: EnvironmentDestination): Promise<void> {
    const kind = this.#kind(wanted.kind);
    const opened = kind.open(wanted.settings);
    const existing = await this.#store.byNameOrId(wanted.name);
    if (existing === undefined) {
      const others = await this.list();
      const stored = await this.#insert(kind, opened, {
        name: wanted.name,
        isDefault: false,
        fromEnvironment: true,
      });
      // A default that a person chose stays; one that earlier variables made gives way.
      const chosen = others.find((destination) => destination.isDefault);
      if (chosen === undefined || chosen.fromEnvironment) await this.#store.makeDefault(stored.id);
      return;
    }
    if (!existing.fromEnvironment || existing.kind !== wanted.kind) return;
    const { open, secret } = splitSettings(kind, opened);
    await this.#store.saveSettings(existing.id, open);
    await this.#putSecrets(existing.id, secret);
    const current = (await this.list()).find((destination) => destination.isDefault);
    if (current?.fromEnvironment === true && current.id !== existing.id) {
      await this.#store.makeDefault(existing.id);
    }
  }

  async #insert(
    kind: RegisteredKind,
    opened: Destination,
    rest: Pick<StoredDestination, 'name' | 'isDefault' | 'fromEnvironment' | 'lastProbe'>,
  ): Promise<StoredDestination> {
    const { open, secret } = splitSettings(kind, opened);
    const stored = { id: uuidv7(), kind: kind.kind, settings: open, ...rest };
    // The secrets first: a destination without them could not be opened.
    await this.#putSecrets(stored.id, secret);
    await this.#store.insert(stored, instant(this.#clock));
    return stored;
  }

  async #putSecrets(id: string, secrets: Readonly<Record<string, string>>): Promise<void> {
    if (Object.keys(secrets).length === 0) await this.#vault.remove(secretName(id));
    else await this.#vault.put(secretName(id), new Secret(JSON.stringify(secrets)));
  }

  /** By the names of the settings. @throws HoldfastError `vault-damaged` */
  async secretsOf(id: string): Promise<Record<string, string>> {
    const secret = await this.#vault.get(secretName(id));
    if (secret === undefined) return {};
    return z.record(z.string(), z.string()).parse(JSON.parse(secret.reveal()));
  }

  #kind(name: string): RegisteredKind {
    const kind = this.#kinds.get(name);
    if (kind !== undefined) return kind;
    throw new HoldfastError('invalid-input', `There is no kind of destination ${JSON.stringify(name)}.`, {
      hint: `Use one of: ${[...this.#kinds.keys()].join(', ')}.`,
    });
  }

  #lastProbe({ ok, steps, error, warnings }: ProbeResult): LastProbe {
    return { time: instant(this.#clock), ok, steps, error, warnings };
  }
}

function secretName(destinationId: string): string {
  return `destination:${destinationId}`;
}

/** What may lie in the database, and what belongs into the vault. */
function splitSettings(kind: RegisteredKind, { settings }: Destination) {
  const open: Record<string, unknown> = {};
  const secret: Record<string, string> = {};
  for (const [name, value] of Object.entries(settings)) {
    if (value instanceof Secret) secret[name] = value.reveal();
    else if (kind.secretSettings.includes(name)) secret[name] = String(value);
    else open[name] = value;
  }
  return { open, secret };
}

/** The probe's own words under their own code. */
function probeError({ error }: ProbeResult): HoldfastError {
  const code = error?.code;
  return new HoldfastError(
    isErrorCode(code) ? code : 'destination-failed',
    error?.detail ?? 'The probe failed.',
    error === undefined ? {} : { hint: error.hint },
  );
}
