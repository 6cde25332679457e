import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Environment, type Run, run } from './shell.ts';

export const program = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'bin', 'holdfast');

export interface Installation {
  readonly folder: string;
  readonly environment: Environment;
  command(...args: string[]): Promise<Run>;
}

/** Holdfast on a data directory of its own, seeing only the benchmark's containers that `names` matches. */
export function installation(folder: string, names: string, extra: Environment = {}): Installation {
  const environment = {
    HOLDFAST_DATA_DIR: folder,
    HOLDFAST_DISCOVERY_NAMES: names,
    ...extra,
  };
  return { folder, environment, command: (...args) => run(program, args, environment) };
}
