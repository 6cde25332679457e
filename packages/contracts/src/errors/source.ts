import { type ErrorGroup, exitCodes } from './definition.ts';

export const sourceErrors = {
  'credentials-missing': {
    title: 'The container names no database user',
    status: 422,
    exit: exitCodes.failed,
    hint: 'Set the variables of the official image on the container, or name others with holdfast.* labels.',
  },
  'credentials-rejected': {
    title: 'The database refused the user or password that the container names',
    status: 422,
    exit: exitCodes.failed,
    hint: 'The password may have been changed after the container was made: name the right one with a holdfast.* label.',
  },
  'dump-failed': {
    title: 'The database could not be dumped',
    status: 502,
    exit: exitCodes.failed,
    hint: 'No snapshot was made of it. The detail holds the words of the dump program.',
  },
  'dump-malformed': {
    title: 'The dump does not look like one',
    status: 502,
    exit: exitCodes.failed,
    hint: 'No snapshot was made of it. Check the dump program inside the container.',
  },
  'restore-failed': {
    title: 'The data could not be restored',
    status: 502,
    exit: exitCodes.failed,
    hint: 'What was there before is untouched and still in use. The detail says which step failed.',
  },
  'restore-verification-failed': {
    title: 'The restored data differs from what was counted at backup time',
    status: 502,
    exit: exitCodes.failed,
    hint: 'What was there before is untouched and still in use. Try an older snapshot and report this.',
  },
  'restore-target-older': {
    title: 'The target server is older than the one that was backed up',
    status: 422,
    exit: exitCodes.failed,
    hint: 'Restore into a server of the same major version or a newer one.',
  },
  'restore-space': {
    title: 'There is not enough space to restore beside the existing data',
    status: 507,
    exit: exitCodes.failed,
    hint: 'Free space on the disk that the detail names, or use --in-place, which drops the old data first.',
  },
  'restore-target-exists': {
    title: 'The name to restore to is already taken',
    status: 409,
    exit: exitCodes.failed,
    hint: 'Choose another name with --as.',
  },
  'restore-target-mounted': {
    title: 'The folder to restore cannot be renamed, because something is mounted there',
    status: 409,
    exit: exitCodes.failed,
    hint: 'Restore with --in-place, which empties the folder first, or to a new path with --as. Nothing was changed.',
  },
  'restore-target-incomplete': {
    title: 'The target server lacks something that the data needs',
    status: 422,
    exit: exitCodes.failed,
    hint: 'Restore into a server of the image that was backed up, or add what the detail names. Nothing was changed.',
  },
  'restore-target-busy': {
    title: 'The data to be replaced is held by something that Holdfast may not end',
    status: 409,
    exit: exitCodes.failed,
    hint: 'End what the detail names, then start the restore again. Nothing was changed.',
  },
  'restore-blocked': {
    title: 'Something stands in the way of the restore',
    status: 409,
    exit: exitCodes.failed,
    hint: 'Mend what the detail names, then start the restore again. Nothing was changed.',
  },
  'restore-partial': {
    title: 'The recovery point lacks some of the members',
    status: 409,
    exit: exitCodes.refused,
    hint: 'Choose a complete recovery point, or restore what there is with --partial. Nothing was changed.',
  },
  'roll-back-failed': {
    title: 'The restore failed, and the state before could not be put back whole',
    status: 500,
    exit: exitCodes.failed,
    hint: 'The detail says what is where, and which commands finish the work by hand.',
  },
  'drill-not-possible': {
    title: 'The source cannot be drilled',
    status: 422,
    exit: exitCodes.failed,
    hint: 'Restore a snapshot of it beside the original (--as NAME) and look at it.',
  },
  'source-name-invalid': {
    title: 'The name cannot be used for a source',
    status: 422,
    exit: exitCodes.usage,
    hint: 'Use letters, digits, dots, underscores and hyphens, beginning with a letter or digit.',
  },
  'source-not-protected': {
    title: 'The source is not protected',
    status: 422,
    exit: exitCodes.failed,
    hint: 'The detail says why, and "holdfast sources" shows it for each source.',
  },
  'source-unreadable': {
    title: 'The source cannot be read',
    status: 422,
    exit: exitCodes.failed,
    hint: 'Check that the path exists and that Holdfast may read it.',
  },
  'source-corrupt': {
    title: 'The source is damaged',
    status: 422,
    exit: exitCodes.failed,
    hint: 'No snapshot was made of it. Restore the last good snapshot beside it and compare.',
  },
} as const satisfies ErrorGroup;
