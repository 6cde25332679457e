import {
  type Operation,
  operationSchema,
  problemSchema,
  type Snapshot,
  type Source,
  snapshotSchema,
  sourceSchema,
} from '@holdfast/contracts';
import { z } from 'zod';
import type { Holdfast } from './holdfast.ts';

/** What the commands print with `--json`, in the shapes that the contracts promise. */

export async function listSources(holdfast: Holdfast): Promise<Source[]> {
  return z.array(sourceSchema).parse((await holdfast.json('sources')).answer);
}

/** @throws when Holdfast does not list it */
export async function sourceOf(holdfast: Holdfast, container: string): Promise<Source> {
  const found = (await listSources(holdfast)).find((source) => source.container === container);
  if (found === undefined) throw new Error(`holdfast sources does not list ${container}`);
  return found;
}

export async function listSnapshots(holdfast: Holdfast, name?: string): Promise<Snapshot[]> {
  const { answer } = await holdfast.json('snapshots', ...(name === undefined ? [] : [name]));
  return z.array(snapshotSchema).parse(answer);
}

export async function listOperations(holdfast: Holdfast): Promise<Operation[]> {
  return z.array(operationSchema).parse((await holdfast.json('operations')).answer);
}

/** The exit code and code of an error of a command that could not even begin. */
export async function problemOf(
  holdfast: Holdfast,
  ...args: string[]
): Promise<{ exitCode: number; code: string; detail: string; hint: string }> {
  const { exitCode, answer } = await holdfast.json(...args);
  return { exitCode, ...problemSchema.parse(answer) };
}
