import { spawn } from 'node:child_process';

/** The variables of a Docker client for the engine that the demonstration may use. */
export type DockerEnvironment = Readonly<Record<string, string | undefined>>;

/** The engine of `HOLDFAST_LAB_DOCKER_HOST`, or else the one that every Docker client here would take. */
export function dockerEnvironment(environment = process.env): DockerEnvironment {
  const host = environment['HOLDFAST_LAB_DOCKER_HOST'];
  return host === undefined || host === '' ? environment : { ...environment, DOCKER_HOST: host };
}

/** Runs the stock Docker client; gives what it printed. */
export function docker(environment: DockerEnvironment, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('docker', args, { env: { ...environment }, timeout: 60_000 });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      errors = (errors + chunk.toString()).slice(-4000);
    });
    // A client that ended early says so by its exit code.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`docker ${args[0]} ended with ${code}: ${errors.trim()}`));
    });
  });
}
