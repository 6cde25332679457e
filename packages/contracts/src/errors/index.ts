import { accessErrors } from './access.ts';
import { configurationErrors } from './configuration.ts';
import { destinationErrors } from './destination.ts';
import { dockerErrors } from './docker.ts';
import { engineErrors } from './engine.ts';
import { generalErrors } from './general.ts';
import { keyErrors } from './key.ts';
import { notificationErrors } from './notification.ts';
import { planErrors } from './plan.ts';
import { selfBackupErrors } from './self-backup.ts';
import { sourceErrors } from './source.ts';

export { type ErrorDefinition, type ExitCode, exitCodes } from './definition.ts';

/** Every error that Holdfast can report, by its stable code. One file per area keeps them near their words. */
export const errorCatalogue = {
  ...generalErrors,
  ...accessErrors,
  ...configurationErrors,
  ...dockerErrors,
  ...sourceErrors,
  ...destinationErrors,
  ...engineErrors,
  ...keyErrors,
  ...notificationErrors,
  ...planErrors,
  ...selfBackupErrors,
} as const;

export type ErrorCode = keyof typeof errorCatalogue;

export function isErrorCode(code: string | undefined): code is ErrorCode {
  return code !== undefined && Object.hasOwn(errorCatalogue, code);
}
