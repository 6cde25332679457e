import type { PreflightMember } from '@holdfast/contracts';
import type { DataPathPolicy, DockerHost } from '@holdfast/docker';
import type { Engine } from '@holdfast/engine';
import { asHoldfastError, silentReporter } from '@holdfast/runtime';
import { readManifest } from '@holdfast/worker';
import type { RepositoriesService } from '../repositories/repositories.service.ts';
import type { StoredSnapshot } from '../snapshots/snapshot.ts';
import type { StoredSource } from '../sources/source.ts';
import type { SourcesService } from '../sources/sources.service.ts';

export interface TargetParts {
  readonly sources: SourcesService;
  readonly repositories: RepositoriesService;
  readonly engine: Engine;
  readonly docker: DockerHost;
  readonly dataPath: DataPathPolicy;
}

/** What was noticed on the way, for whoever asked for the restore. */
export interface Findings {
  readonly warnings: string[];
  readonly problems: { code: string; detail: string }[];
  readonly signal: AbortSignal;
}

interface TargetState {
  readonly holds: readonly { readonly name: string; readonly bytes?: number }[];
  readonly versions: Readonly<Record<string, string>>;
}

/** What is there is asked for its content for this long at most; not to know it stops nothing. */
const examineWithinMs = 20_000;

/** What the restore of a snapshot into its source would replace, and which versions differ. Changes nothing. */
export async function describeTarget(
  parts: TargetParts,
  source: StoredSource,
  snapshot: StoredSnapshot,
  findings: Findings,
): Promise<Pick<PreflightMember, 'replaces' | 'versions'>> {
  const [now, earlier] = await Promise.all([
    examine(parts, source, findings),
    versionsThen(parts, source, snapshot, findings),
  ]);
  return {
    replaces: now.holds.map(({ name, bytes }) => ({ name, bytes })),
    versions: Object.entries(now.versions).flatMap(([name, version]) => {
      const backedUp = earlier[name];
      return backedUp === undefined ? [] : [{ name, backedUp, now: version }];
    }),
  };
}

export function versionWarnings(members: readonly Pick<PreflightMember, 'source' | 'versions'>[]): string[] {
  return members.flatMap(({ source, versions }) =>
    versions
      .filter(({ backedUp, now }) => backedUp !== now)
      .map(
        ({ name, backedUp, now }) => `${source} was backed up with ${name} ${backedUp}; now there is ${now}.`,
      ),
  );
}

/** From the snapshot's own manifest: one that cannot be read cannot be restored either. */
async function versionsThen(
  { repositories, engine }: TargetParts,
  source: StoredSource,
  snapshot: StoredSnapshot,
  { problems, signal }: Findings,
): Promise<Readonly<Record<string, string>>> {
  try {
    const repository = await repositories.open(await repositories.get(snapshot.repositoryId));
    const { manifestResticId } = snapshot;
    const control = { reporter: silentReporter, signal };
    const { manifest } = await readManifest({ repository, manifestResticId }, { engine }, control);
    return manifest.versions;
  } catch (error) {
    signal.throwIfAborted();
    const { code, message } = asHoldfastError(error);
    problems.push({ code, detail: `The snapshot of ${source.name} cannot be read: ${message}` });
    return {};
  }
}

async function examine(
  { sources, docker, dataPath }: TargetParts,
  source: StoredSource,
  { warnings, signal }: Findings,
): Promise<TargetState> {
  const kind = sources.kindOf(source);
  if (!source.present) return { holds: [], versions: {} };
  const plain = { holds: [{ name: source.containerName ?? source.path ?? source.name }], versions: {} };
  if (kind.examine === undefined) return plain;
  try {
    return await kind.examine(source.locator, {
      docker,
      dataPath,
      secrets: await sources.secretsOf(source),
      operationId: `preflight-${source.id}`,
      reporter: silentReporter,
      signal: AbortSignal.any([signal, AbortSignal.timeout(examineWithinMs)]),
    });
  } catch (error) {
    signal.throwIfAborted();
    warnings.push(`What ${source.name} holds now is not known: ${asHoldfastError(error).message}`);
    return plain;
  }
}
