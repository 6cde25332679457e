import { writeFile } from 'node:fs/promises';
import { type ExitCode, exitCodes } from '@holdfast/contracts';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import { type Markup, markup } from '../output/markup.ts';

export interface ShowKitOptions {
  readonly html?: string;
  readonly text?: boolean;
  /** False with `--without-key`. */
  readonly withoutKey?: boolean;
}

/** Prints what a person must keep to restore without Holdfast. It holds the password in the clear. */
export async function showRecoveryKit(context: CommandContext, options: ShowKitOptions): Promise<ExitCode> {
  const { output } = context;
  const key = options.withoutKey !== true;
  if (options.html !== undefined) return writePage(context, options.html, key);
  if (options.text === true || !key) return printText(context, key);
  const kit = await (await context.client()).recoveryKit();
  if (output.json) {
    output.document(kit);
    return exitCodes.ok;
  }
  warnOfKey(context);
  output.line(assignment('RESTIC_PASSWORD', kit.password));
  for (const {
    source,
    destination,
    repository,
    password,
    environment,
    options: needed,
  } of kit.repositories) {
    output.line();
    output.line(markup`# ${source} at ${destination}`);
    if (password !== undefined) output.line(assignment('RESTIC_PASSWORD', password));
    output.line(assignment('RESTIC_REPOSITORY', repository));
    for (const [name, value] of Object.entries(environment)) output.line(assignment(name, value));
    for (const option of needed) output.line(markup`# restic needs: -o ${option}`);
  }
  return exitCodes.ok;
}

/** A file that is there is not replaced: it could be readable by others, or be somebody's. */
async function writePage(context: CommandContext, file: string, key: boolean): Promise<ExitCode> {
  const { output } = context;
  const page = await (await context.client()).recoveryKitDocument('html', { key });
  try {
    await writeFile(file, page, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new CommandError('invalid-input', `The page could not be written: ${words}`, {
      hint: 'Name a file that does not exist yet, in a folder that you may write to.',
      cause: error,
    });
  }
  if (output.json) output.document({ file, withKey: key });
  else output.line(markup`The recovery kit is in ${file}.`);
  if (key) warnOfKey(context);
  return exitCodes.ok;
}

async function printText(context: CommandContext, key: boolean): Promise<ExitCode> {
  const { output } = context;
  const text = await (await context.client()).recoveryKitDocument('text', { key });
  if (key) warnOfKey(context);
  if (output.json) output.document({ document: text, withKey: key });
  else for (const line of text.trimEnd().split('\n')) output.line(markup`${line}`);
  return exitCodes.ok;
}

function warnOfKey({ output }: CommandContext): void {
  output.warn(
    'Whoever has this password can read every backup. Keep it where this server is not, and nowhere else.',
  );
}

/** A line that a shell reads as it is. */
function assignment(name: string, value: string): Markup {
  const quoted = /^[\w./:@%+=,-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
  return markup`export ${name}=${quoted}`;
}
