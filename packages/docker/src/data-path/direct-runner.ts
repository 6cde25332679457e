import { access, constants } from 'node:fs/promises';
import { HoldfastError, runProcess } from '@holdfast/runtime';
import {
  type CommandResult,
  type ContainerCommand,
  type ContainerDetails,
  type ContainerRunner,
  capturedOutputLimit,
  type DockerHost,
} from '../docker-host.ts';
import { type HostProcess, readHostProcess } from './host-process.ts';

const setpriv = '/usr/bin/setpriv';
const nsenter = '/usr/bin/nsenter';
/** Bit numbers of linux/capability.h. */
const neededCapabilities = { setgid: 6n, setuid: 7n, ptrace: 19n, admin: 21n };
/** What a shell reports for a command that SIGKILL ended. */
const killedExitCode = 137;
const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Why the namespaces of this container cannot be entered from here, or undefined when they can.
 * The engine may be on another host, where the same process number is somebody else: the kernel here must say
 * that this process belongs to this very container.
 */
export async function whyNotDirect(container: ContainerDetails): Promise<string | undefined> {
  const self = await readHostProcess('self');
  if (self === undefined) return 'this system has no /proc';
  const missing = Object.values(neededCapabilities).some(
    (bit) => (self.effectiveCapabilities >> bit) % 2n === 0n,
  );
  if (missing) return 'Holdfast does not run with the capabilities to enter namespaces';
  for (const program of [setpriv, nsenter]) {
    const executable = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (!executable) return `${program} is not installed`;
  }
  const target = container.pid > 0 ? await readHostProcess(container.pid) : undefined;
  if (target === undefined || !target.membership.includes(container.id)) {
    return 'the container does not run on this host, as far as this host can see';
  }
  if (target.userNamespace !== self.userNamespace) return 'the container has its own user namespace';
  if (target.uid === 0) return 'the main process of the container runs as root';
  return undefined;
}

/**
 * Runs the container's own programs in its namespaces, with plain pipes for input and output: no byte passes
 * through the engine. The program gets the user of the container's main process, no capability, and no way to
 * gain one (see the decision record on data paths), so a hostile image gains nothing by it.
 */
export function createDirectRunner(docker: DockerHost, container: ContainerDetails): ContainerRunner {
  return {
    dataPath: 'direct',
    bulkSharesFiles: true,
    async run(command) {
      // Another user was asked for: only the engine knows how to resolve its name inside the container.
      if (command.user !== undefined) return await docker.exec(container.id, command);
      const target = await readHostProcess(container.pid);
      if (target === undefined || !target.membership.includes(container.id) || target.uid === 0) {
        throw new HoldfastError('container-lost', `The container ${container.name} is not running any more.`);
      }
      return await runInNamespaces(container, target, command);
    },
  };
}

async function runInNamespaces(
  container: ContainerDetails,
  target: HostProcess,
  command: ContainerCommand,
): Promise<CommandResult> {
  const [program, ...programArguments] = command.command;
  const captured = command.output === undefined;
  const result = await runProcess({
    program: setpriv,
    arguments: [
      '--no-new-privs',
      nsenter,
      `--target=${target.pid}`,
      '--mount',
      '--uts',
      '--ipc',
      '--net',
      '--pid',
      '--root',
      // Without a value: the working directory of the target. Ours would be a way out of its root.
      '--wd',
      `--setgid=${target.gid}`,
      `--setuid=${target.uid}`,
      '--',
      program,
      ...programArguments,
    ],
    environment: {
      PATH: container.environment.get('PATH')?.reveal() ?? defaultPath,
      HOME: '/',
      ...command.environment,
    },
    stdout: command.output ?? { captureBytes: capturedOutputLimit },
    // It may wait for a lock of the database for long without a word.
    guarded: true,
    ...(command.input === undefined ? {} : { stdin: command.input }),
    ...(command.signal === undefined ? {} : { signal: command.signal }),
    ...(command.timeoutMs === undefined ? {} : { timeoutMs: command.timeoutMs }),
  });
  if (result.exitCode === 127 && result.stderrTail.includes('nsenter: failed to execute')) {
    throw new HoldfastError(
      'container-command-missing',
      `The container ${container.name} has no program "${program}".`,
    );
  }
  // nsenter ends by the signal that ended its child; its guard's shell makes an exit code of it.
  return {
    exitCode: result.exitCode ?? killedExitCode,
    stdout: captured ? result.stdout : Buffer.alloc(0),
    stderr: result.stderrTail,
  };
}
