import {
  type ExitCode,
  exitCodes,
  type Operation,
  type RestoreResult,
  restoreResultSchema,
  type Snapshot,
  type Source,
} from '@holdfast/contracts';
import { count } from '@holdfast/contracts/quantities';
import type { ApiClient } from '../api/api-client.ts';
import type { CommandContext } from '../command-context.ts';
import { CommandError, exitCodeOf } from '../command-error.ts';
import { printFailure } from '../output/failure.ts';
import { markup } from '../output/markup.ts';
import { followOperation } from '../progress/follow-operation.ts';
import { confirmByTyping } from '../prompts/confirm-by-typing.ts';
import { findSnapshot } from './find-snapshot.ts';
import { type RestoreEnvironmentOptions, restoreEnvironment } from './restore-environment.ts';
import { explainRestore, type RestoreIntent } from './restore-explanation.ts';

export interface RestoreOptions extends RestoreEnvironmentOptions {
  /** The name is that of an environment, even if a source has it, too. */
  readonly environment?: boolean;
  readonly as?: string;
  readonly inPlace?: boolean;
  readonly part?: string;
  readonly path?: readonly string[];
}

/** Puts a snapshot back. Says what will be replaced, and asks for the name, where anything is. */
export async function restore(
  context: CommandContext,
  name: string,
  reference: string,
  options: RestoreOptions,
): Promise<ExitCode> {
  if (options.as !== undefined && options.inPlace === true) {
    throw new CommandError('invalid-input', 'Give --as or --in-place, not both.');
  }
  const client = await context.client();
  const found = options.environment === true ? undefined : await sourceOrEnvironment(client, name);
  if (found === undefined) {
    const { as, inPlace, part, path } = options;
    if (as !== undefined || inPlace === true || part !== undefined || path !== undefined) {
      throw new CommandError(
        'invalid-input',
        `${name} is an environment: --as, --in-place, --part and --path belong to the restore of one source.`,
      );
    }
    return restoreEnvironment(context, name, reference, options);
  }
  if (options.preflight === true || options.partial === true) {
    throw new CommandError(
      'invalid-input',
      `${name} is a source: --preflight and --partial belong to the restore of an environment.`,
      { hint: 'Where an environment has the same name, add --environment.' },
    );
  }
  return restoreSource(context, found, reference, options);
}

/** Undefined when it is no source, but the name of an environment that has recovery points. */
async function sourceOrEnvironment(client: ApiClient, name: string): Promise<Source | undefined> {
  try {
    return await client.source(name);
  } catch (error) {
    const isUnknown = error instanceof CommandError && error.code === 'not-found';
    if (isUnknown && (await client.recoveryPoints({ environment: name })).length > 0) return undefined;
    throw error;
  }
}

async function restoreSource(
  context: CommandContext,
  source: Source,
  reference: string,
  options: RestoreOptions,
): Promise<ExitCode> {
  const client = await context.client();
  // What is confirmed is what is restored: from here on the snapshot has its whole id.
  const snapshot = await findInPoint(client, source, reference);
  const intent: RestoreIntent = {
    source,
    snapshot,
    mode: modeOf(options),
    newName: options.as,
    part: options.part,
    paths: options.path,
  };
  const replaces = intent.mode !== 'beside';
  if (replaces && options.yes !== true) {
    for (const line of explainRestore(intent, context.output.errorPalette)) context.output.note(line);
    await confirmByTyping(context, source.name);
  }
  const started = await client.startRestore({
    source: source.id,
    snapshot: snapshot.id,
    mode: intent.mode,
    ...(intent.newName === undefined ? {} : { newName: intent.newName }),
    ...(intent.part === undefined ? {} : { part: intent.part }),
    ...(intent.paths === undefined ? {} : { paths: [...intent.paths] }),
    confirmation: source.name,
  });
  return reportRestore(context, intent, await followOperation(context, started));
}

/** By its own id or `latest`, else by the id of the recovery point that it belongs to. */
async function findInPoint(client: ApiClient, source: Source, reference: string): Promise<Snapshot> {
  const snapshots = await client.snapshots(source.name);
  try {
    return findSnapshot(snapshots, source.name, reference);
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== 'not-found' || reference === 'latest') throw error;
    const point = await client.recoveryPoint(reference).catch(() => undefined);
    const member = point?.members.find(({ sourceId }) => sourceId === source.id);
    const snapshot = snapshots.find(({ id }) => id === member?.snapshotId);
    if (snapshot === undefined) throw error;
    return snapshot;
  }
}

function modeOf(options: RestoreOptions): RestoreIntent['mode'] {
  if (options.as !== undefined) return 'beside';
  return options.inPlace === true ? 'in-place' : 'swap';
}

function reportRestore(context: CommandContext, intent: RestoreIntent, operation: Operation): ExitCode {
  const { output } = context;
  const result = restoreResultSchema.parse(operation.result ?? {});
  if (output.json) output.document(restoreDocument(intent.source.name, intent.snapshot, operation, result));
  else if (operation.state === 'succeeded') printResult(context, result);
  else printFailure(output, operation.error ?? endedWithoutWords(operation));
  if (operation.state === 'succeeded') return exitCodes.ok;
  return operation.error === undefined ? exitCodes.failed : exitCodeOf(operation.error.code);
}

/** The fixed shape of `restore --json`. */
function restoreDocument(source: string, snapshot: Snapshot, operation: Operation, result: RestoreResult) {
  const { id: operationId, state, error } = operation;
  return { operationId, state, source, ...result, snapshotId: result.snapshotId ?? snapshot.id, error };
}

function printResult({ output }: CommandContext, result: RestoreResult): void {
  output.line(markup`${output.palette.green('Restored')} ${result.restored.join(', ')}.`);
  const total = Object.values(result.verified).reduce((sum, number) => sum + number, 0);
  const compared = Object.keys(result.verified).length;
  if (compared > 0)
    output.line(markup`Counted again and found equal: ${count(compared, 'item')}, ${total} in all.`);
  for (const previous of result.previous) {
    output.line(markup`What was there before is kept as ${previous}. Drop it when you are content.`);
  }
  for (const warning of result.warnings) output.warn(warning);
}

function endedWithoutWords({ state }: Operation) {
  const { message, code, hint } = new CommandError(
    state === 'cancelled' || state === 'interrupted' ? state : 'internal',
    `The restore ended as ${state}.`,
  );
  return { code, detail: message, hint };
}
