import { access } from 'node:fs/promises';
import {
  type ContainerDetails,
  type DockerHost,
  type HostView,
  hostView,
  nothingOfHost,
} from '@holdfast/docker';
import { asHoldfastError, type HoldfastError } from '@holdfast/runtime';
import type { HostMount, SourceKind } from '@holdfast/sources';
import { uuidv7 } from 'uuidv7';
import type { Clock } from '../clock.ts';
import { collectMounts } from './collect-mounts.ts';
import {
  type DiscoverySettings,
  describeContainer,
  matchSources,
  type RecognisedContainer,
} from './discovery.rules.ts';
import { describeEnvironment, environmentsOf } from './environment.rules.ts';
import { FileFinder, type Root } from './find-files.ts';
import { type Covering, describeMount, isWithin, type RecognisedMount } from './mount.rules.ts';
import { settleNames } from './names.rules.ts';
import { scanContainers } from './scan-containers.ts';
import type { FoundSource, StoredSource } from './source.ts';

/** The server that the control plane itself runs on. */
export const localServer = 'local';

export interface DiscovererParts {
  readonly docker: DockerHost;
  readonly kinds: readonly SourceKind<unknown>[];
  readonly settings: DiscoverySettings;
  /** Folders of Holdfast itself on this host. */
  readonly ownPaths: readonly string[];
  readonly clock: Clock;
}

export interface Discovered {
  /** Every record that is to be stored, those of what is gone included. */
  readonly sources: readonly StoredSource[];
  readonly warnings: readonly string[];
  /** Why no container could be listed; nothing is then said of what is found by them. */
  readonly unreachable?: HoldfastError;
}

/** One look around: containers, what they mount, files in there, and what belongs together. */
export class Discoverer {
  readonly #parts: DiscovererParts;
  readonly #files: FileFinder;

  constructor(parts: DiscovererParts) {
    this.#parts = parts;
    this.#files = new FileFinder(parts.kinds, parts.clock);
  }

  /** `stored` with its declared sources as they are now. */
  async look(stored: readonly StoredSource[]): Promise<Discovered> {
    const declared = stored.filter((source) => source.declared);
    const settling = new Settling(stored, declared);
    const engine = await this.#lookAtEngine(settling);
    const roots = await this.#roots([...declared, ...settling.sources], engine.view);
    const skip = engine.covered.map((mount) => mount.path);
    const { found, warnings } = await this.#files.find(roots, skip);
    // What a person declared is not found once more.
    settling.add(
      found.filter((file) => !declared.some(({ kind, path }) => kind === file.kind && path === file.path)),
    );
    if (engine.unreachable !== undefined) {
      return {
        sources: settling.sources,
        warnings: [...engine.warnings, ...warnings],
        unreachable: engine.unreachable,
      };
    }
    settling.add(this.#environments(engine.containers, [...declared, ...settling.sources], stored));
    const gone = await goneOf(settling.missing(), roots);
    return { sources: [...settling.sources, ...gone], warnings: [...engine.warnings, ...warnings] };
  }

  async #lookAtEngine(settling: Settling): Promise<EngineLook> {
    const { docker, kinds, settings } = this.#parts;
    try {
      const { containers, recognised, warnings } = await scanContainers(docker, kinds);
      const described = recognised.map((container) => ({
        recognised: container,
        source: describeContainer(container, settings),
      }));
      const view = await hostView(containers, docker.local);
      const volumes = await listVolumes(docker);
      const mounts = collectMounts(containers, volumes.items).flatMap((mount) =>
        recogniseMount(mount, kinds),
      );
      const around = {
        settings,
        covering: coveringOf(described),
        ownPaths: view.own(this.#parts.ownPaths),
      };
      const found = mounts.map((mount) => ({ mount, source: describeMount(mount, around) }));
      settling.add([...described, ...found].map(({ source }) => source));
      const covered = found.filter(({ source }) => !source.wanted).map(({ mount }) => mount.mount);
      return { containers, covered, view, warnings: [...warnings, ...volumes.warnings] };
    } catch (error) {
      const unreachable = asHoldfastError(error);
      const words = `No containers are listed: ${unreachable.definition.title}. ${unreachable.message}`;
      const warning = `${words} ${unreachable.hint}`;
      return { containers: [], covered: [], view: nothingOfHost, warnings: [warning], unreachable };
    }
  }

  /** Protected folders that this process can read. */
  async #roots(sources: readonly StoredSource[], view: HostView): Promise<Root[]> {
    const byKind = new Map(this.#parts.kinds.map((kind) => [kind.kind, kind]));
    const folders = sources.flatMap((source) => {
      const { path, declared } = source;
      const holdsFiles = byKind.get(source.kind)?.traits.counts === 'files';
      if (path === undefined || !source.protected || !holdsFiles) return [];
      return declared || view.sees(path) ? [{ ...source, path }] : [];
    });
    const readable = await Promise.all(
      folders.map(async (root) => ((await exists(root.path)) ? [root] : [])),
    );
    return readable.flat();
  }

  #environments(
    containers: readonly ContainerDetails[],
    current: readonly StoredSource[],
    stored: readonly StoredSource[],
  ): FoundSource[] {
    return environmentsOf(containers).flatMap((environment) => {
      for (const kind of this.#parts.kinds) {
        const detection = kind.detectEnvironment?.(environment);
        if (detection === undefined) continue;
        const found = describeEnvironment(environment, kind.kind, detection, { current, stored });
        return found === undefined ? [] : [found];
      }
      return [];
    });
  }
}

interface EngineLook {
  readonly containers: readonly ContainerDetails[];
  /** Mounts that were left out: what lies in them is no source either. */
  readonly covered: readonly HostMount[];
  readonly view: HostView;
  readonly warnings: readonly string[];
  readonly unreachable?: HoldfastError;
}

/** Turns what was found into records, step by step: those of a later step give way to the names of an earlier one. */
class Settling {
  readonly sources: StoredSource[] = [];
  readonly #stored: readonly StoredSource[];
  readonly #declared: readonly StoredSource[];

  constructor(stored: readonly StoredSource[], declared: readonly StoredSource[]) {
    this.#stored = stored;
    this.#declared = declared;
  }

  add(found: readonly FoundSource[]): void {
    const records = matchSources(found, this.#stored);
    const names = settleNames(found, [...this.#declared, ...this.sources], records);
    for (const source of found) {
      const { running: _running, named: _named, ...fields } = source;
      const { name = source.name, reason = source.reason } = names.get(source) ?? {};
      this.sources.push({
        ...fields,
        name,
        id: records.get(source)?.id ?? uuidv7(),
        server: localServer,
        declared: false,
        present: true,
        protected: reason === undefined,
        reason,
      });
    }
  }

  /** Records of what was found once, and was not found now. */
  missing(): StoredSource[] {
    const seen = new Set(this.sources.map(({ id }) => id));
    return this.#stored.filter(
      ({ id, declared, containerName, place }) =>
        !declared && !seen.has(id) && (containerName !== undefined || place !== undefined),
    );
  }
}

/** A file that is still there was only not reached this time: it stays what it was. */
async function goneOf(missing: readonly StoredSource[], roots: readonly Root[]): Promise<StoredSource[]> {
  const looked = await Promise.all(
    missing.map(async (source) => {
      const { place, path = '' } = source;
      const unreached =
        place?.startsWith('file:') === true &&
        roots.some((root) => isWithin(path, root.path)) &&
        (await exists(path));
      if (unreached) return [];
      const reason =
        place === undefined
          ? 'The container does not exist any more.'
          : 'It does not exist any more, or is not used.';
      return [{ ...source, present: false, protected: false, reason }];
    }),
  );
  return looked.flat();
}

/** Behind a proxy that allows no volumes, those in use are still known from the containers. */
async function listVolumes(docker: DockerHost) {
  try {
    return { items: await docker.resources.volumes(), warnings: [] };
  } catch (error) {
    const { message } = asHoldfastError(error);
    const words = `Labels of volumes, and volumes that no container uses, are not known: ${message}`;
    return { items: [], warnings: [words] };
  }
}

/** The first kind that knows it: the order of the registry decides. */
function recogniseMount(mount: HostMount, kinds: readonly SourceKind<unknown>[]): RecognisedMount[] {
  for (const kind of kinds) {
    const detection = kind.detectMount?.(mount);
    if (detection !== undefined) return [{ mount, kind: kind.kind, ...detection }];
  }
  return [];
}

function coveringOf(
  described: readonly { readonly recognised: RecognisedContainer; readonly source: FoundSource }[],
): Map<string, Covering> {
  return new Map(
    described.map(({ recognised: { container, dataPaths = [] }, source }) => [
      container.id,
      { source, dataPaths },
    ]),
  );
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
