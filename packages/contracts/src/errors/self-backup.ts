import { type ErrorGroup, exitCodes } from './definition.ts';

export const selfBackupErrors = {
  'backup-too-new': {
    title: 'The backup was made by a newer Holdfast',
    status: 409,
    exit: exitCodes.failed,
    hint: 'Install that version or a later one, then restore. Nothing was changed.',
  },
  'backup-key-wrong': {
    title: 'The backup was encrypted with another key',
    status: 409,
    exit: exitCodes.failed,
    hint: 'Set HOLDFAST_BACKUP_ENCRYPTION_KEY to the key of the Holdfast that made it (its .env file has it). Nothing was changed.',
  },
  'backup-damaged': {
    title: 'The backup is incomplete or was altered',
    status: 422,
    exit: exitCodes.failed,
    hint: 'Copy it again, or use another one. Nothing was changed.',
  },
} as const satisfies ErrorGroup;
