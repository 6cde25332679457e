import { isDeepStrictEqual } from 'node:util';
import type {
  DeclareServer,
  DeclareSource,
  Proof,
  Source,
  SourceFilter,
  SourceList,
} from '@holdfast/contracts';
import type { DockerHost } from '@holdfast/docker';
import { HoldfastError } from '@holdfast/runtime';
import type { SourceKind } from '@holdfast/sources';
import { uuidv7 } from 'uuidv7';
import { type Clock, instant } from '../clock.ts';
import { parseKeyset, writeKeyset } from '../http/keyset-cursor.ts';
import { readPath, unreadable } from './declare-path.ts';
import { type DeclaredServer, readDeclaration, tryServer } from './declare-server.ts';
import { type Discovered, Discoverer, type DiscovererParts, localServer } from './discoverer.ts';
import type { EnvironmentMember } from './environment-members.ts';
import type { EnvironmentQuery, EnvironmentSums } from './environment-sums.ts';
import type { StoredSource } from './source.ts';
import type { Secrets, SourceSecrets } from './source-secrets.ts';
import type { SourcesStore } from './sources.store.ts';

/** A declaration that its kind took. */
export interface Declared extends DeclaredServer {
  readonly name: string;
  readonly kind: string;
  readonly environment: string;
  /** Of what is no server. */
  readonly path?: string;
}

export type Discovery = Omit<Discovered, 'sources'>;

/** What can be backed up: found among the containers, or declared by a person. */
export class SourcesService {
  readonly #store: SourcesStore;
  readonly #secrets: SourceSecrets;
  readonly #docker: DockerHost;
  /** By name. */
  readonly kinds: ReadonlyMap<string, SourceKind<unknown>>;
  readonly #discoverer: Discoverer;
  readonly #clock: Clock;
  #discovering: Promise<Discovery> | undefined;
  #lastLook: { readonly time: string; readonly warnings: readonly string[] } | undefined;

  constructor(parts: DiscovererParts & { readonly store: SourcesStore; readonly secrets: SourceSecrets }) {
    this.#store = parts.store;
    this.#secrets = parts.secrets;
    this.#docker = parts.docker;
    this.kinds = new Map(parts.kinds.map((kind) => [kind.kind, kind]));
    this.#discoverer = new Discoverer(parts);
    this.#clock = parts.clock;
  }

  /** Brings the records up to date with what is there. Those who ask at the same time share one look. */
  discover(): Promise<Discovery> {
    this.#discovering ??= this.#discover().finally(() => {
      this.#discovering = undefined;
    });
    return this.#discovering;
  }

  async #discover(): Promise<Discovery> {
    const stored = await this.#store.all();
    const declared = new Map((await this.#lookAtDeclared(stored)).map((source) => [source.id, source]));
    const known = stored.map((source) => declared.get(source.id) ?? source);
    const { sources, ...discovery } = await this.#discoverer.look(known);
    const time = instant(this.#clock);
    await this.#store.save([...declared.values(), ...sources], time);
    this.#lastLook = { time, warnings: discovery.warnings };
    return discovery;
  }

  #lookAtDeclared(stored: readonly StoredSource[]): Promise<StoredSource[]> {
    return Promise.all(
      stored
        .filter((source) => source.declared)
        .map(async (source) => {
          // A server is asked when it is worked with; a look around must not wait for one that is away.
          if (source.path === undefined) return source;
          const reason = await unreadable(source.path);
          return { ...source, present: reason === undefined, protected: reason === undefined, reason };
        }),
    );
  }

  all(): Promise<StoredSource[]> {
    return this.#store.all();
  }

  ids(): Promise<Set<string>> {
    return this.#store.ids();
  }

  /** To be called when sources were changed by a transaction that this service had no part in. */
  changed(): void {
    this.#store.changed();
  }

  /** Looks around, and says when that was. */
  async lookAround(): Promise<{ time: string; warnings: string[] }> {
    const { warnings } = await this.discover();
    return { time: this.#lastLook?.time ?? instant(this.#clock), warnings: [...warnings] };
  }

  /**
   * A page of what is known, by name; what is gone is listed while something of it is stored. Looks around only when
   * it is asked to, or when nobody has yet and nothing is known.
   * @throws HoldfastError `invalid-input` for a cursor that is none
   */
  async list({ refresh, limit, cursor, ...filter }: SourceFilter): Promise<SourceList> {
    if (refresh) await this.discover();
    const after = cursor === undefined ? undefined : parseKeyset(cursor);
    const query = { ...filter, after, limit: limit + 1 };
    let found = await this.#store.list(query);
    if (found.length === 0 && this.#lastLook === undefined) {
      await this.discover();
      found = await this.#store.list(query);
    }
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      items: page.map(toSource),
      next: found.length > limit && last !== undefined ? writeKeyset([last.name, last.id]) : undefined,
      discoveredAt: this.#lastLook?.time,
      warnings: [...(this.#lastLook?.warnings ?? [])],
    };
  }

  /** Sums of each environment of which something is there, by name. */
  environments(query?: EnvironmentQuery): Promise<readonly EnvironmentSums[]> {
    return this.#store.environments(query);
  }

  /** The environment of each of these sources, by its id. */
  environmentsOf(ids: readonly string[]): Promise<Map<string, string>> {
    return this.#store.environmentsOf(ids);
  }

  /** By the name of each of these environments, what a list tells of its sources, also of those that are gone. */
  environmentMembers(environments: readonly string[]): Promise<Map<string, EnvironmentMember[]>> {
    return this.#store.environmentMembers(environments);
  }

  /** All sources of these environments, also those that are gone. */
  membersOf(environments: readonly string[]): Promise<StoredSource[]> {
    return this.#store.ofEnvironments(environments);
  }

  /** All sources, also those that are gone, by so many whole environments at a time. */
  async *inEnvironments(atOnce: number): AsyncGenerator<readonly StoredSource[]> {
    for (let after: string | undefined; ; ) {
      const names = await this.#store.environmentNames({ after, limit: atOnce });
      if (names.length > 0) yield await this.#store.ofEnvironments(names);
      if (names.length < atOnce) return;
      after = names.at(-1);
    }
  }

  async get(id: string): Promise<StoredSource> {
    const source = await this.#store.get(id);
    if (source === undefined) throw new HoldfastError('not-found', `There is no source ${id}.`);
    return source;
  }

  /** By id, name or container name. @throws HoldfastError `not-found`, `ambiguous` */
  async find(reference: string): Promise<StoredSource> {
    const found = named(await this.#store.matching(reference), reference);
    return oneOf(found, reference);
  }

  /**
   * As `find`, and names of environments: then all that belongs to it and is protected.
   * @throws HoldfastError `not-found`, `ambiguous`
   */
  async select(reference: string): Promise<readonly StoredSource[]> {
    const found = named(await this.#store.matching(reference), reference);
    if (found.length > 0) return [oneOf(found, reference)];
    const members = (await this.#store.ofEnvironments([reference])).filter((source) => source.present);
    const guarded = members.filter((source) => source.protected);
    if (guarded.length > 0) return guarded;
    if (members.length > 0) return members;
    return [oneOf([], reference)];
  }

  kindOf(source: Pick<StoredSource, 'kind'>): SourceKind<unknown> {
    const kind = this.kinds.get(source.kind);
    if (kind !== undefined) return kind;
    throw new HoldfastError('invalid-input', `There is no kind of source ${JSON.stringify(source.kind)}.`);
  }

  /** What was declared with a source and nobody may read; undefined where nothing was. */
  async secretsOf(source: Pick<StoredSource, 'id' | 'kind'>): Promise<Secrets | undefined> {
    return this.kindOf(source).declaration === undefined ? undefined : await this.#secrets.get(source.id);
  }

  /**
   * @throws HoldfastError `conflict`, `invalid-input`, `source-name-invalid`, `source-unreadable`; of a server that
   *   cannot be worked with, what its kind throws
   */
  async declare(request: DeclareSource): Promise<StoredSource> {
    const declaration = this.readDeclaration(request);
    await this.#idFor(declaration);
    await this.tryOut(declaration);
    return this.keep(declaration);
  }

  /** What a declaration says. Nothing is connected or changed. @throws HoldfastError `invalid-input`, `source-name-invalid` */
  readDeclaration(request: DeclareSource): Declared {
    return 'path' in request ? readPath(this.kindOf(request), request) : this.#readServer(request);
  }

  /** Works with it once. @throws HoldfastError `source-unreadable`; of a server, what its kind throws */
  async tryOut(declared: Declared): Promise<void> {
    if (declared.path === undefined) {
      await tryServer(this.kindOf(declared), declared, uuidv7(), this.#docker);
      return;
    }
    const reason = await unreadable(declared.path);
    if (reason !== undefined) throw new HoldfastError('source-unreadable', reason);
  }

  /**
   * Stores a declaration, as the one of that id or as a new one. One that was taken back under this name is the same.
   * @throws HoldfastError `conflict`
   */
  async keep({ secrets, ...declared }: Declared, existing?: string): Promise<StoredSource> {
    const id = await this.#idFor(declared, existing);
    const source: StoredSource = {
      ...declared,
      id,
      server: localServer,
      declared: true,
      present: true,
      protected: true,
      wanted: true,
    };
    // The secrets first: a source without them could not be worked with.
    if (declared.path === undefined) await this.#secrets.put(id, secrets);
    await this.#store.save([source], instant(this.#clock));
    return source;
  }

  /** The id that it has or gets. @throws HoldfastError `conflict` */
  async #idFor(
    { name, kind, path: place, locator }: Omit<Declared, 'secrets'>,
    existing?: string,
  ): Promise<string> {
    const others = (await this.#store.all()).filter(({ id }) => id !== existing);
    const same =
      place === undefined
        ? others.find((source) => source.name === name && isTakenBackServer(source, kind))
        : others.find((source) => source.kind === kind && source.path === place && !source.declared);
    const twin = others.find(
      (source) =>
        source.declared &&
        (place === undefined
          ? isDeepStrictEqual(source.locator, locator)
          : source.kind === kind && source.path === place),
    );
    if (twin !== undefined || named(others, name).some((source) => source !== same && source.present)) {
      throw new HoldfastError('conflict', `A source ${twin?.name ?? name} exists already.`);
    }
    return existing ?? same?.id ?? uuidv7();
  }

  #readServer(request: DeclareServer): Declared {
    const { name, kind, environment = name } = request;
    return { name, kind, environment, ...readDeclaration(this.kindOf(request), request) };
  }

  /** Its snapshots stay, and can be restored. @throws HoldfastError `conflict` for what discovery found */
  async undeclare(reference: string): Promise<void> {
    const source = await this.find(reference);
    if (!source.declared) {
      throw new HoldfastError('conflict', `${source.name} was found among the containers, not declared.`, {
        hint: 'To leave it out, give the container the label holdfast.enable=false.',
      });
    }
    await this.#secrets.remove(source.id);
    if (!(await this.#store.hasRepository(source.id))) return this.#store.remove(source.id);
    const gone = { ...source, declared: false, present: false, protected: false };
    await this.#store.save([{ ...gone, reason: 'It is no longer declared.' }], instant(this.#clock));
  }

  attempted(id: string): Promise<void> {
    return this.#store.attempted(id, instant(this.#clock));
  }

  succeeded(id: string): Promise<void> {
    return this.#store.succeeded(id, instant(this.#clock));
  }

  /** A snapshot of it was restored and found equal. */
  verified(id: string, { time, durationMs }: Pick<Proof, 'time' | 'durationMs'>): Promise<void> {
    return this.#store.verified(id, time, durationMs);
  }
}

/** Those of that id, else those of that name that are protected, else those that are there, else all of that name. */
function named(all: readonly StoredSource[], reference: string): readonly StoredSource[] {
  const byId = all.filter((source) => source.id === reference);
  if (byId.length > 0) return byId;
  const byName = all.filter((source) => source.name === reference);
  const matches = byName.length > 0 ? byName : all.filter((source) => source.containerName === reference);
  const present = matches.filter((source) => source.present);
  const guarded = present.filter((source) => source.protected);
  return [guarded, present].find((some) => some.length > 0) ?? matches;
}

function oneOf(found: readonly StoredSource[], reference: string): StoredSource {
  const [first, second] = found;
  if (first === undefined) {
    throw new HoldfastError('not-found', `There is no source ${JSON.stringify(reference)}.`, {
      hint: 'holdfast sources lists what was found.',
    });
  }
  if (second !== undefined) {
    throw new HoldfastError('ambiguous', `More than one source is named ${JSON.stringify(reference)}.`, {
      hint: 'Use the id of the one that is meant; holdfast sources --json shows the ids.',
    });
  }
  return first;
}

function isTakenBackServer(source: StoredSource, kind: string): boolean {
  const { declared, containerName, path: place } = source;
  return source.kind === kind && !declared && containerName === undefined && place === undefined;
}

export function toSource(source: StoredSource): Source {
  const { id, name, kind, server, environment, image, path, declared, present, reason } = source;
  const { lastAttempt, lastSuccess, lastVerified, recoveryMs, volume } = source;
  const container = source.containerName;
  return {
    id,
    name,
    kind,
    server,
    environment,
    container,
    image,
    path,
    volume,
    declared,
    present,
    protected: source.protected,
    reason,
    lastAttempt,
    lastSuccess,
    lastVerified,
    recoveryMs,
  };
}
