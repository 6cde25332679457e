import path from 'node:path';
import { runProcess } from '@holdfast/runtime';

/** Where the lab's variables say that the program is. @throws Error where there is none: nothing is passed over */
export function labProgram(variable: 'HOLDFAST_LAB_PROMTOOL' | 'HOLDFAST_LAB_PROMETHEUS'): string {
  const program = process.env[variable];
  if (!program) throw new Error(`${variable} is not set: run the tests by "npm test".`);
  return program;
}

/** The folder that is shipped. */
export const monitoringFolder = path.join(import.meta.dirname, '../../../../..', 'deploy', 'monitoring');

/** @returns what it said on both outputs */
export async function promtool(
  words: readonly string[],
  options: { folder?: string; stdin?: string } = {},
): Promise<{ exitCode: number | undefined; said: string }> {
  const { exitCode, stdoutTail, stderrTail } = await runProcess({
    program: labProgram('HOLDFAST_LAB_PROMTOOL'),
    arguments: [...words],
    workingDirectory: options.folder ?? path.join(monitoringFolder, 'prometheus'),
    ...(options.stdin === undefined ? {} : { stdin: { bytes: Buffer.from(options.stdin) } }),
    timeoutMs: 120_000,
  });
  return { exitCode, said: stdoutTail + stderrTail };
}
