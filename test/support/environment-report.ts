import {
  environmentPreflightSchema,
  environmentRestoreResultSchema,
  failureSchema,
  operationStateSchema,
} from '@holdfast/contracts';
import { z } from 'zod';
import type { Holdfast, Running } from './holdfast.ts';

const reportSchema = environmentRestoreResultSchema.partial().extend({
  operationId: z.string(),
  state: operationStateSchema,
  environment: z.string(),
  error: failureSchema.optional(),
});

export interface EnvironmentReport extends z.infer<typeof reportSchema> {
  readonly exitCode: number;
  /** What was told on the way. */
  readonly told: string;
}

/** `restore … --json` of an environment, to its end. */
export async function putBackEnvironment(holdfast: Holdfast, ...args: string[]): Promise<EnvironmentReport> {
  return reportOfRestore(holdfast.start('restore', ...args, '--json'));
}

export async function reportOfRestore(running: Running): Promise<EnvironmentReport> {
  const { exitCode, stdout, stderr } = await running.outcome;
  try {
    return { exitCode, told: stderr, ...reportSchema.parse(JSON.parse(stdout)) };
  } catch (error) {
    throw new Error(`restore --json printed no report (exit ${exitCode}): ${stdout}\n${stderr}`, {
      cause: error,
    });
  }
}

/** `restore --preflight --json`. */
export async function preflightOf(holdfast: Holdfast, ...args: string[]) {
  const { exitCode, answer } = await holdfast.json('restore', ...args, '--preflight');
  const parsed = environmentPreflightSchema.safeParse(answer);
  if (!parsed.success) throw new Error(`no preflight (exit ${exitCode}): ${JSON.stringify(answer)}`);
  return { exitCode, ...parsed.data };
}
