import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runProcess, Secret } from '@holdfast/runtime';
import { z } from 'zod';
import type { Repository } from '../engine.ts';

/** A folder with repositories in it, and the stock restic program as the judge of what an engine did there. */
export interface ResticLab {
  readonly folder: string;
  readonly cacheDirectory: string;
  /** The same name gives the same place. Nothing is created there. */
  repository(name?: string): Repository;
  /** Runs stock restic, not through any engine. */
  restic(repository: Repository, ...command: string[]): Promise<StockResult>;
  /** Full ids of all snapshots, in order of the ids. @throws when restic cannot say */
  snapshotIds(repository: Repository): Promise<string[]>;
  /** The content of a file in a snapshot. */
  content(repository: Repository, resticId: string, file: string): Promise<Buffer>;
  close(): Promise<void>;
}

export interface StockResult {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

const idsSchema = z.array(z.object({ id: z.string() }));

/** @param parent where the folder is made; without it, the system's place for temporary files */
export async function openResticLab(parent = tmpdir()): Promise<ResticLab> {
  const folder = await mkdtemp(path.join(parent, 'holdfast-engine-'));
  const cacheDirectory = path.join(folder, 'cache');
  await mkdir(cacheDirectory);

  const run = async (repository: Repository, command: readonly string[]) => {
    const started = performance.now();
    const result = await runProcess({
      program: 'restic',
      arguments: command,
      environment: {
        ...repository.access.environment,
        RESTIC_REPOSITORY: repository.access.location,
        RESTIC_PASSWORD: repository.password,
        RESTIC_CACHE_DIR: cacheDirectory,
        ...(repository.keyHint === undefined ? {} : { RESTIC_KEY_HINT: repository.keyHint }),
      },
      stdout: { captureBytes: 64 * 1024 * 1024 },
      timeoutMs: 60_000,
    });
    return { ...result, milliseconds: performance.now() - started };
  };
  const succeed = async (repository: Repository, command: readonly string[]) => {
    const result = await run(repository, command);
    if (result.exitCode === 0) return result.stdout;
    throw new Error(`restic ${command[0]} exited with ${result.exitCode}: ${result.stderrTail}`);
  };

  return {
    folder,
    cacheDirectory,
    repository: (name = 'repository') => ({
      access: { location: path.join(folder, name), environment: {}, options: [] },
      password: new Secret('the team key, a long one'),
      host: 'agent-1',
    }),
    async restic(repository, ...command) {
      const { exitCode, stdout, stderrTail, milliseconds } = await run(repository, command);
      return { exitCode, stdout: stdout.toString(), stderr: stderrTail, milliseconds };
    },
    async snapshotIds(repository) {
      const output = await succeed(repository, ['snapshots', '--json', '--no-lock']);
      return idsSchema
        .parse(JSON.parse(output.toString()))
        .map(({ id }) => id)
        .sort();
    },
    content: (repository, resticId, file) => succeed(repository, ['dump', '--no-lock', resticId, file]),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
