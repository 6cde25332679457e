import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { labDockerHost } from '@holdfast/docker/testing';

export const program = path.join(import.meta.dirname, '..', '..', 'bin', 'holdfast');

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  /** Of Holdfast itself: the launcher becomes it. */
  readonly pid: number;
  readonly outcome: Promise<Outcome>;
  /** What it has said on standard error so far. */
  said(): string;
  /** Hears nothing more of what it says on standard error. */
  deafen(): void;
  kill(signal: NodeJS.Signals): void;
}

/** Holdfast as a person runs it: the program, on a data directory of its own. */
export interface Holdfast extends AsyncDisposable {
  readonly dataDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  run(...args: string[]): Promise<Outcome>;
  /** Runs with `--json` and gives what was printed, whatever the exit code. */
  json(...args: string[]): Promise<{ exitCode: number; answer: unknown }>;
  start(...args: string[]): Running;
  /** The same data directory with other variables. */
  with(extra: Readonly<Record<string, string>>): Holdfast;
}

/**
 * A fresh Holdfast. It sees only the containers whose names match `names`, so that tests that run at the same
 * time do not see each other.
 */
export async function freshHoldfast(
  names: string,
  extra: Readonly<Record<string, string>> = {},
): Promise<Holdfast> {
  const dataDirectory = await mkdtemp(path.join(tmpdir(), 'holdfast-e2e-'));
  return onDirectory(dataDirectory, {
    HOLDFAST_DISCOVERY_NAMES: names,
    ...extra,
    DOCKER_HOST: extra['DOCKER_HOST'] ?? labDockerHost(),
  });
}

function onDirectory(dataDirectory: string, extra: Readonly<Record<string, string>>): Holdfast {
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '/',
    HOLDFAST_DATA_DIR: dataDirectory,
    ...extra,
  };
  const start = (...args: string[]) => startProgram(args, environment);
  return {
    dataDirectory,
    environment,
    start,
    run: (...args) => start(...args).outcome,
    async json(...args) {
      const { exitCode, stdout, stderr } = await start(...args, '--json').outcome;
      try {
        return { exitCode, answer: JSON.parse(stdout) as unknown };
      } catch {
        throw new Error(
          `holdfast ${args.join(' ')} printed no JSON (exit ${exitCode}): ${stdout}\n${stderr}`,
        );
      }
    },
    with: (more) => onDirectory(dataDirectory, { ...extra, ...more }),
    [Symbol.asyncDispose]: () => rm(dataDirectory, { recursive: true, force: true }),
  };
}

function startProgram(args: readonly string[], environment: Readonly<Record<string, string>>): Running {
  const child = spawn(program, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} could not be started`);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      resolve({
        exitCode: code ?? -1,
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
      }),
    );
  });
  const said = () => Buffer.concat(stderr).toString('utf8');
  const deafen = () => void child.stderr.destroy();
  return { pid, outcome, said, deafen, kill: (signal) => void child.kill(signal) };
}
