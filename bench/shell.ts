import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Run {
  readonly seconds: number;
  readonly stdout: string;
  /** Peak resident memory of the started process itself, in MiB; not of its children. */
  readonly peakMemory: number;
}

export type Environment = Readonly<Record<string, string>>;

/** Runs a shell line (with pipefail) and fails loudly: a benchmark of something that failed measures nothing. */
export function sh(line: string, environment: Environment = {}): Promise<Run> {
  return run('bash', ['-c', `set -euo pipefail; ${line}`], environment);
}

export function run(program: string, args: readonly string[], environment: Environment = {}): Promise<Run> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(program, args, {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const stdout: Buffer[] = [];
    let stderr = '';
    let peakMemory = 0;
    const watch = setInterval(() => {
      // The last reading, not the largest: before it becomes the program, the child shows this process's peak.
      peakMemory = peakOf(child.pid) || peakMemory;
    }, 50);
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString()).slice(-4000);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(watch);
      const seconds = (performance.now() - started) / 1000;
      if (code === 0) resolve({ seconds, stdout: Buffer.concat(stdout).toString(), peakMemory });
      else reject(new Error(`${program} ${args.join(' ')} ended with ${code}: ${stderr}`));
    });
  });
}

function peakOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
