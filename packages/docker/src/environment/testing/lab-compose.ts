import { runProcess } from '@holdfast/runtime';
import { labDockerHost } from '../../testing/index.ts';
import type { LabProject } from './lab-environment.ts';

/** Runs `docker compose …` on the lab's engine, in the project's folder. @returns what it wrote to both outputs */
export async function compose({ project, folder }: LabProject, ...words: string[]): Promise<string> {
  const program = process.env['HOLDFAST_LAB_COMPOSE'];
  if (!program) throw new Error('HOLDFAST_LAB_COMPOSE is not set: run the tests by "npm test".');
  const { exitCode, stdoutTail, stderrTail } = await runProcess({
    program,
    arguments: ['--project-name', project, '--ansi', 'never', ...words],
    workingDirectory: folder,
    environment: { DOCKER_HOST: labDockerHost() },
    timeoutMs: 120_000,
  });
  if (exitCode !== 0) throw new Error(`docker compose ${words.join(' ')}: ${stderrTail}`);
  return stdoutTail + stderrTail;
}
