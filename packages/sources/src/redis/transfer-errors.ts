import type { CommandResult } from '@holdfast/docker';
import { HoldfastError } from '@holdfast/runtime';
import { type ConnectedServer, replyFailure } from './connect.ts';
import { ReplyError } from './redis-cli.ts';

/** Why a server did not send its data, as `redis-cli --rdb` says it. */
export function transferFailure(
  { exitCode, stderr }: Pick<CommandResult, 'exitCode' | 'stderr'>,
  { container }: Pick<ConnectedServer, 'container'>,
): HoldfastError {
  const words = stderr
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('sending REPLCONF'))
    .join(' ');
  if (words.includes('BGSAVE failed')) {
    return new HoldfastError(
      'dump-failed',
      `The server in container ${container.name} could not fork a process to save from: ${words}`,
      {
        hint:
          'Its log says why. Most often the kernel refuses the memory: set vm.overcommit_memory=1 on the host ' +
          '(sysctl), or raise the limits of memory and processes of the container.',
      },
    );
  }
  const refused = /(?:^|: )-?((?:NOAUTH|WRONGPASS|NOPERM|LOADING|NOMASTERLINK|MISCONF)\b.*)/.exec(words)?.[1];
  if (refused !== undefined) return replyFailure(new ReplyError(refused), container.name);
  if (/unknown command/i.test(words)) {
    return new HoldfastError(
      'dump-failed',
      `The server in container ${container.name} does not know the command that copies of it are made by: ${words}`,
      { hint: 'SYNC was renamed or removed (rename-command). Allow it, by its own name.' },
    );
  }
  return new HoldfastError(
    'dump-failed',
    `The dump of the server in container ${container.name} ended with status ${exitCode} and said: ${words || 'nothing'}`,
  );
}
