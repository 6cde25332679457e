import { type ContainerRunner, capturedOutputLimit } from '@holdfast/docker';
import { runProcess } from '@holdfast/runtime';

/** What a shell reports for a command that SIGKILL ended. */
const killedExitCode = 137;

/**
 * Runs programs of Holdfast's own host as those of a container are run, with plain pipes for input and output. They
 * inherit the few variables that name folders and certificates, and no other.
 */
export const hostRunner: ContainerRunner = {
  dataPath: 'direct',
  bulkSharesFiles: true,
  async run({ command, environment, input, output, signal, timeoutMs }) {
    const [program, ...programArguments] = command;
    const result = await runProcess({
      program,
      arguments: programArguments,
      ...(environment === undefined ? {} : { environment }),
      stdout: output ?? { captureBytes: capturedOutputLimit },
      guarded: true,
      ...(input === undefined ? {} : { stdin: input }),
      ...(signal === undefined ? {} : { signal }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    return {
      exitCode: result.exitCode ?? killedExitCode,
      stdout: output === undefined ? result.stdout : Buffer.alloc(0),
      stderr: result.stderrTail,
    };
  },
};
