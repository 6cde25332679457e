import { type ExitCode, exitCodes } from '@holdfast/contracts';
import type { CommandContext } from '../command-context.ts';
import { markup } from '../output/markup.ts';
import { askForSecret, readSecretFromStdin } from '../prompts/read-secret.ts';
import { printKeyStatus } from './key-status.ts';
import { runOperation } from './run-operation.ts';

export interface TypedKeyOptions {
  readonly keyStdin?: boolean;
}

/** Proves that somebody keeps the key. */
export async function confirmKey(context: CommandContext, options: TypedKeyOptions): Promise<ExitCode> {
  const { output } = context;
  const typed = await typedKey(context, 'The key, from where you keep it', options);
  const status = await (await context.client()).confirmKey(typed);
  if (output.json) output.document(status);
  else printKeyStatus(output, status);
  return exitCodes.ok;
}

/** Makes an existing restic password the team key; repositories that have another one are rotated to it. */
export async function adoptKey(context: CommandContext, options: TypedKeyOptions): Promise<ExitCode> {
  const { output } = context;
  const password = await typedKey(context, 'The restic password', options);
  const { key, operation } = await (await context.client()).adoptKey(password);
  if (operation !== undefined) return runOperation(context, 'Rotation', async () => operation);
  if (output.json) output.document(key);
  else printKeyStatus(output, key);
  return exitCodes.ok;
}

export async function rotateKey(
  context: CommandContext,
  options: TypedKeyOptions & { readonly master?: boolean },
): Promise<ExitCode> {
  if (options.master === true) {
    return runOperation(context, 'Change of the master key', (client) => client.rotateMasterKey());
  }
  const key = options.keyStdin === true ? await readSecretFromStdin(context) : undefined;
  const code = await runOperation(context, 'Rotation', (client) => client.rotateKey(key));
  if (code === exitCodes.ok && key === undefined) {
    context.output.note(
      markup`Earlier recovery kits are void. Next: holdfast key show-kit, then holdfast key confirm`,
    );
  }
  return code;
}

function typedKey(
  context: CommandContext,
  question: string,
  { keyStdin = false }: TypedKeyOptions,
): Promise<string> {
  return keyStdin
    ? readSecretFromStdin(context)
    : askForSecret(context, question, 'Use --key-stdin and give it on standard input.');
}
