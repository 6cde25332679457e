import { type ErrorGroup, exitCodes } from './definition.ts';

export const keyErrors = {
  'team-key-missing': {
    title: 'The vault does not hold the team key',
    status: 409,
    exit: exitCodes.failed,
    hint: 'Enter the key of the recovery kit again: holdfast key adopt',
  },
  'key-already-confirmed': {
    title: 'The team key was confirmed, and is shown no more',
    status: 409,
    exit: exitCodes.refused,
    hint: 'On the server itself, its owner can still print it: holdfast key show-kit',
  },
  'key-wrong': {
    title: 'What was typed is not the team key',
    status: 422,
    exit: exitCodes.refused,
    hint: 'Copy the key whole from the recovery kit whose key id is the one that "holdfast key status" shows.',
  },
  'key-attempts-exhausted': {
    title: 'The team key was typed wrongly too often',
    status: 429,
    exit: exitCodes.refused,
    hint: 'Wait 15 minutes, and copy the key whole. On the server itself "holdfast key show-kit" prints it.',
  },
  'master-key-not-ours': {
    title: 'The master key comes from a setting that Holdfast does not write',
    status: 409,
    exit: exitCodes.refused,
    hint: 'Set HOLDFAST_MASTER_KEY to a new key, HOLDFAST_MASTER_KEY_PREVIOUS to the present one, and start again.',
  },
} as const satisfies ErrorGroup;
