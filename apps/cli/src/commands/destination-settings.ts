import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import {
  askForSecret,
  readSecretFromFile,
  readSecretFromStdin,
  readSecretFromVariable,
} from '../prompts/read-secret.ts';

export interface SettingOptions {
  /** `key=value` */
  readonly set?: readonly string[];
  /** The name of one setting. */
  readonly secretStdin?: string;
  /** `key=path` */
  readonly secretFile?: readonly string[];
  /** `key=VARIABLE` */
  readonly secretEnv?: readonly string[];
  /** Names of settings to ask for. */
  readonly secretPrompt?: readonly string[];
}

/** The settings that a person gave in all the ways there are. Secrets never come from the command line itself. */
export async function collectSettings(
  context: CommandContext,
  options: SettingOptions,
  alsoSecret: readonly string[] = [],
): Promise<Record<string, string | boolean>> {
  const settings = new Map<string, string | boolean>();
  for (const text of options.set ?? []) {
    const [key, value] = splitPair('--set', text);
    refuseSecret(key, alsoSecret);
    put(settings, key, value === 'true' || value === 'false' ? value === 'true' : value);
  }
  for (const text of options.secretFile ?? []) {
    const [key, file] = splitPair('--secret-file', text);
    put(settings, key, await readSecretFromFile(file));
  }
  for (const text of options.secretEnv ?? []) {
    const [key, variable] = splitPair('--secret-env', text);
    put(settings, key, readSecretFromVariable(context, variable));
  }
  if (options.secretStdin !== undefined)
    put(settings, options.secretStdin, await readSecretFromStdin(context));
  for (const key of options.secretPrompt ?? []) put(settings, key, await askForSecret(context, key));
  return Object.fromEntries(settings);
}

function put(settings: Map<string, string | boolean>, key: string, value: string | boolean): void {
  if (settings.has(key)) throw new CommandError('invalid-input', `The setting ${key} is given twice.`);
  settings.set(key, value);
}

function splitPair(option: string, text: string): [key: string, value: string] {
  const equals = text.indexOf('=');
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
  throw new CommandError('invalid-input', `${option} takes NAME=VALUE.`, {
    hint: 'The --help of the command has an example.',
  });
}

/** Every user of the machine can read the command lines of all processes, and shells keep them in their history. */
function refuseSecret(key: string, alsoSecret: readonly string[]): void {
  if (!/secret|password|passphrase|token|private/i.test(key) && !alsoSecret.includes(key)) return;
  throw new CommandError(
    'invalid-input',
    `The setting ${key} is a secret and does not belong on the command line.`,
    {
      hint: `Use --secret-stdin ${key}, --secret-file ${key}=PATH, --secret-env ${key}=VARIABLE or --secret-prompt ${key}.`,
    },
  );
}
