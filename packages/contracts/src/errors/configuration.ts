import { type ErrorGroup, exitCodes } from './definition.ts';

export const configurationErrors = {
  'setting-invalid': {
    title: 'A setting has a value that Holdfast does not accept',
    status: 500,
    exit: exitCodes.usage,
    hint: 'Correct the variable that the detail names and start again.',
  },
  'data-directory-in-use': {
    title: 'Another Holdfast is using this data directory',
    status: 409,
    exit: exitCodes.failed,
    hint: 'Stop the other one, or give this one its own directory with --data-dir or HOLDFAST_DATA_DIR.',
  },
  'data-directory-unusable': {
    title: 'The data directory cannot be used',
    status: 500,
    exit: exitCodes.failed,
    hint: 'Check that the directory exists or can be created, and that this user may write to it.',
  },
  'data-directory-full': {
    title: 'The disk that holds the data directory is full',
    status: 507,
    exit: exitCodes.failed,
    hint: 'Free some space there. Backups that exist are not affected.',
  },
  'database-too-new': {
    title: 'The state was written by a newer Holdfast',
    status: 500,
    exit: exitCodes.failed,
    hint: 'Start the newer version, or use another data directory or database.',
  },
  'database-unreachable': {
    title: "The PostgreSQL database of Holdfast's state cannot be reached",
    status: 503,
    exit: exitCodes.failed,
    hint: 'Check that the server runs and that HOLDFAST_DATABASE_URL names it. Holdfast goes on when it is back.',
  },
  'database-login-failed': {
    title: 'PostgreSQL does not let Holdfast into the database of its state',
    status: 500,
    exit: exitCodes.failed,
    hint: 'Correct the user, the password and the database in HOLDFAST_DATABASE_URL; the database has to exist.',
  },
  'database-forbidden': {
    title: "The PostgreSQL user may not do what Holdfast's state needs",
    status: 500,
    exit: exitCodes.failed,
    hint: 'Make the user the owner of the database, or create the schema holdfast and make the user its owner.',
  },
  'database-read-only': {
    title: "The PostgreSQL database of Holdfast's state may only be read",
    status: 503,
    exit: exitCodes.failed,
    hint: 'Let HOLDFAST_DATABASE_URL name the primary server, not a replica.',
  },
  'database-full': {
    title: "The disk of the PostgreSQL database of Holdfast's state is full",
    status: 507,
    exit: exitCodes.failed,
    hint: 'Free some space on the database server. Backups that exist are not affected.',
  },
  'database-in-use': {
    title: 'Another Holdfast works with this database',
    status: 409,
    exit: exitCodes.failed,
    hint: 'Run the command where that Holdfast runs, on its data directory.',
  },
  'database-lost': {
    title: 'This Holdfast is not the active one of its database any more',
    status: 503,
    exit: exitCodes.failed,
    hint: 'Start it again: it waits until it can take over.',
  },
  'master-key-wrong': {
    title: 'The master key does not open the vault',
    status: 500,
    exit: exitCodes.failed,
    hint: 'Set HOLDFAST_MASTER_KEY to the key that this data directory was created with (its .env file has it).',
  },
  'vault-damaged': {
    title: 'A secret in the vault cannot be read',
    status: 500,
    exit: exitCodes.failed,
    hint: 'Restore the data directory from a copy, or enter the secret again.',
  },
  'configuration-invalid': {
    title: 'The configuration document cannot be applied',
    status: 400,
    exit: exitCodes.usage,
    hint: 'Correct what the detail names. holdfast diff -f FILE shows where it stands in the file.',
  },
  'configuration-changed': {
    title: 'The configuration was changed by somebody else meanwhile',
    status: 409,
    exit: exitCodes.failed,
    hint: 'Nothing was changed by you. Look at the differences again, then apply.',
  },
  'server-unreachable': {
    title: 'The Holdfast server cannot be reached',
    status: 503,
    exit: exitCodes.unreachable,
    hint: 'Check that the server runs, and that this user may read its data directory.',
  },
} as const satisfies ErrorGroup;
