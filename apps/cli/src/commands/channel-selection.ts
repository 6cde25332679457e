import { type AddChannel, addChannelSchema, type EditChannel, editChannelSchema } from '@holdfast/contracts';
import type { z } from 'zod';
import { CommandError } from '../command-error.ts';
import type { SettingOptions } from './destination-settings.ts';

export interface SelectionOptions extends SettingOptions {
  readonly minSeverity?: string;
  readonly code?: readonly string[];
  readonly environment?: readonly string[];
  readonly window?: string;
}

/** Who knows the address of a webhook can post to it. */
export const secretSettings = ['url'];

/** As the API names them; what was not given is absent. */
export function selection({ minSeverity, code, environment, window }: SelectionOptions) {
  return {
    ...(minSeverity === undefined ? {} : { minSeverity }),
    ...(code === undefined ? {} : { codes: code }),
    ...(environment === undefined ? {} : { environments: environment }),
    ...(window === undefined ? {} : { windowSeconds: Number(window) }),
  };
}

/** @throws CommandError `invalid-input`, naming the option */
export function parseAdd(input: unknown): AddChannel {
  return parsed(addChannelSchema, input);
}

/** @throws CommandError `invalid-input`, naming the option */
export function parseEdit(input: unknown): EditChannel {
  return parsed(editChannelSchema, input);
}

function parsed<T extends z.ZodType>(schema: T, input: unknown): z.infer<T> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new CommandError('invalid-input', `This cannot be a channel. ${problems.join('; ')}`);
}
