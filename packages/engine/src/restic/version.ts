import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, constants, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { HoldfastError, runProcess } from '@holdfast/runtime';
import { z } from 'zod';
import { versionSchema } from './restic-output.ts';
import type { ResticSettings } from './restic-settings.ts';

/** Exit codes 10 to 12 are older, but `exit_error` and `check --json` came with it. */
const minimum = [0, 18] as const;

const manifestSchema = z.object({ version: z.string(), origin: z.string().optional(), sha256: z.string() });

export interface EngineVersion {
  readonly version: string;
  /** The program that runs, links resolved. */
  readonly path: string;
  /** Where set-up had it from; absent for an installed one. */
  readonly origin?: string;
}

/**
 * The restic that would run.
 * @throws HoldfastError `engine-missing` when there is none, it is too old, or it is not the one that set-up
 *   installed
 */
export async function resticVersion(settings: ResticSettings): Promise<EngineVersion> {
  const binary = await findProgram(settings.binary);
  const { exitCode, stdout } = await runProcess({
    program: binary,
    arguments: ['version', '--json'],
    stdout: { captureBytes: 64 * 1024 },
    timeoutMs: 20_000,
  });
  const version = exitCode === 0 ? versionIn(stdout.toString()) : undefined;
  if (version === undefined)
    throw new HoldfastError('engine-missing', `${binary} does not say that it is restic.`);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major === minimum[0] && minor < minimum[1]) {
    throw new HoldfastError('engine-missing', `${binary} is restic ${version}; 0.18 or newer is needed.`);
  }
  const origin =
    settings.manifestFile === undefined ? undefined : await verify(binary, settings.manifestFile);
  return { version, path: binary, ...(origin === undefined ? {} : { origin }) };
}

/** 0.17 and older answer in words whatever they are asked. */
function versionIn(output: string): string | undefined {
  const inWords = /^restic (\d+\.\d+\S*)/.exec(output)?.[1];
  if (inWords !== undefined) return inWords;
  try {
    return versionSchema.safeParse(JSON.parse(output)).data?.version;
  } catch {
    return undefined;
  }
}

async function findProgram(name: string): Promise<string> {
  const folders = name.includes('/') ? [''] : (process.env.PATH ?? '').split(path.delimiter);
  for (const folder of folders) {
    const candidate = folder === '' ? name : path.join(folder, name);
    const found = await access(candidate, constants.X_OK).then(
      () => realpath(candidate),
      () => undefined,
    );
    if (found !== undefined) return found;
  }
  throw new HoldfastError('engine-missing', `There is no program ${name}.`);
}

/** Compares the binary with the hash that set-up wrote down; returns where it came from. */
async function verify(binary: string, manifestFile: string): Promise<string | undefined> {
  const manifest = await readManifest(manifestFile);
  const hash = createHash('sha256');
  await pipeline(createReadStream(binary), hash);
  if (hash.digest('hex') === manifest.sha256) return manifest.origin;
  throw new HoldfastError(
    'engine-missing',
    `${binary} is not the restic ${manifest.version} that set-up installed.`,
  );
}

async function readManifest(file: string): Promise<z.infer<typeof manifestSchema>> {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new HoldfastError('engine-missing', `What set-up wrote down at ${file} cannot be read.`, {
      cause: error,
    });
  }
}
