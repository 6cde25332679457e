import { type ErrorGroup, exitCodes } from './definition.ts';

export const generalErrors = {
  internal: {
    title: 'Something went wrong inside Holdfast',
    status: 500,
    exit: exitCodes.failed,
    hint: 'This is a defect. Please report it with the log of the operation.',
  },
  'invalid-input': {
    title: 'The request is not valid',
    status: 400,
    exit: exitCodes.usage,
    hint: 'Correct what the detail names and try again.',
  },
  'not-found': {
    title: 'There is nothing by that name',
    status: 404,
    exit: exitCodes.notFound,
    hint: 'List what exists and try again with one of its names or ids.',
  },
  ambiguous: {
    title: 'More than one thing has that name or id',
    status: 409,
    exit: exitCodes.notFound,
    hint: 'Give more characters of the id.',
  },
  conflict: {
    title: 'That name is already taken',
    status: 409,
    exit: exitCodes.failed,
    hint: 'Choose another name.',
  },
  'confirmation-required': {
    title: 'This needs a confirmation',
    status: 403,
    exit: exitCodes.refused,
    hint: 'Type the name when asked, or pass --yes in a script.',
  },
  'last-good-snapshot': {
    title: 'It is the last good snapshot',
    status: 409,
    exit: exitCodes.refused,
    hint: 'Back the source up first, or pass --force to delete it all the same.',
  },
  unauthorised: {
    title: 'The request carries no valid credential',
    status: 401,
    exit: exitCodes.refused,
    hint: 'On the server itself, use the same data directory and user as the server.',
  },
  forbidden: {
    title: 'This way in does not allow the request',
    status: 403,
    exit: exitCodes.refused,
    hint: 'On the server itself, use the same data directory and user as the server.',
  },
  'not-ready': {
    title: 'This server does not take work at the moment',
    status: 503,
    exit: exitCodes.unreachable,
    hint: 'It is starting or stopping, or cannot write its database. Try again in a moment, or look at its log.',
  },
  'downloads-busy': {
    title: 'Too many downloads go on at once',
    status: 429,
    exit: exitCodes.failed,
    hint: 'Try again when one of them has ended. A restore, which needs no download, begins all the same.',
  },
  cancelled: {
    title: 'The operation was cancelled',
    status: 409,
    exit: exitCodes.failed,
    hint: 'Nothing was left half-done. Start it again when you are ready.',
  },
  interrupted: {
    title: 'Holdfast was stopped while the operation ran',
    status: 409,
    exit: exitCodes.failed,
    hint: 'Nothing was left half-done. Start it again; the next run cleans up after this one.',
  },
  'program-missing': {
    title: 'A program that Holdfast needs is not installed',
    status: 500,
    exit: exitCodes.failed,
    hint: 'Install the program that the detail names, and check that the PATH of Holdfast has it.',
  },
  'partly-failed': {
    title: 'Some parts of the pass failed',
    status: 502,
    exit: exitCodes.partlyFailed,
    hint: 'The other parts are done. Each failed one says why; run it again by its name.',
  },
  'timed-out': {
    title: 'A step took longer than it may',
    status: 504,
    exit: exitCodes.failed,
    hint: 'Look at the log of the operation for what it waited on.',
  },
} as const satisfies ErrorGroup;
