import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Host, run, type ServeOptions } from '@holdfast/cli';
import { resolveDataDirectory } from '@holdfast/server/data-directory/resolve';
import { connect } from './connect.ts';

const root = path.join(import.meta.dirname, '..');

/** Runs the command line of this process; gives the exit code. */
export async function runProgram(): Promise<number> {
  // `holdfast sources | head` closes the pipe early: that is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  // Nobody may read a log any more; what is told there goes on all the same.
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const host: Host = {
    version: readVersion(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    connect: (options) => connect(resolveDataDirectory({ overrides: options })),
    serve,
    onInterrupt,
    exit: (code) => process.exit(code),
  };
  return run(process.argv.slice(2), host);
}

async function serve(options: ServeOptions): Promise<void> {
  const { startServer } = await import('@holdfast/server');
  const overrides = { ...options, dataDirectory: resolveDataDirectory({ overrides: options }) };
  const server = await startServer({ mode: 'serve', overrides });
  await new Promise<void>((resolve) => {
    let interrupts = 0;
    onInterrupt(() => {
      interrupts += 1;
      // The first lets running work come to its end; whoever asks twice does not want to wait.
      if (interrupts === 1) resolve();
      else process.exit(130);
    });
  });
  await server.close();
}

function onInterrupt(listener: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const known = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return known && typeof manifest.version === 'string' ? manifest.version : 'unknown';
}
