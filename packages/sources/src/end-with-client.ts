import { PassThrough } from 'node:stream';
import type { CommandResult, ContainerCommand, ContainerRunner } from '@holdfast/docker';

/**
 * Runs the arguments as a command, and ends it when standard input closes. The engine closes it when the
 * connection of the client that started the exec is gone, for whatever reason; by itself it would let the command
 * run on, with its output thrown away. Exits as the command did.
 *
 * In images of PostgreSQL process 1 is the postmaster. It takes any orphan that ends by a signal for a crashed
 * backend of its own, and restarts the whole server. So nothing here may be left to it: the shell waits for all
 * that it started, and the command is ended by SIGTERM alone, which pg_dump answers by exiting with status 1.
 */
const watchScript = `
exec 3<&0
"$@" </dev/null 3<&- &
command=$!
{ while read -r line; do :; done; kill -TERM "$command"; } <&3 3<&- >/dev/null 2>&1 &
watcher=$!
exec 3<&-
wait "$command"
status=$?
kill "$watcher" 2>/dev/null
wait "$watcher" 2>/dev/null
exit "$status"
`;

/**
 * Runs a command that needs no input and that must not outlive this process or a cancel. On the paths where
 * it is a child of this process that is so anyhow; an exec needs a watcher inside the container.
 */
export async function runEndingWithClient(
  runner: ContainerRunner,
  command: Omit<ContainerCommand, 'input'>,
): Promise<CommandResult> {
  if (runner.dataPath !== 'exec') return await runner.run(command);
  const lifeline = new PassThrough();
  try {
    return await runner.run({
      ...command,
      command: ['sh', '-c', watchScript, 'holdfast', ...command.command],
      input: { readable: lifeline },
    });
  } finally {
    lifeline.destroy();
  }
}
