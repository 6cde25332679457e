import { type ErrorGroup, exitCodes } from './definition.ts';

export const engineErrors = {
  'engine-missing': {
    title: 'restic is not installed, or too old',
    status: 500,
    exit: exitCodes.failed,
    hint: 'Run scripts/setup, or install restic 0.18 or newer from your distribution or from its official releases.',
  },
  'engine-failed': {
    title: 'restic failed',
    status: 502,
    exit: exitCodes.failed,
    hint: 'The detail holds the words of restic.',
  },
  'repository-missing': {
    title: 'There is no repository at that place',
    status: 404,
    exit: exitCodes.notFound,
    hint: 'Check the destination and its prefix. A first backup creates the repository.',
  },
  'repository-password-wrong': {
    title: 'The repository was made with another password',
    status: 422,
    exit: exitCodes.failed,
    hint: 'Use the key that the repository was made with, or another prefix for a new repository.',
  },
  'repository-corrupt': {
    title: 'The repository is damaged',
    status: 422,
    exit: exitCodes.failed,
    hint: 'Do not prune. Follow the guide on repairing a repository before the next backup.',
  },
  'repository-check-failed': {
    title: 'The last check of the repository failed',
    status: 409,
    exit: exitCodes.failed,
    hint: 'Nothing is pruned until a check succeeds. Follow the guide on repairing a repository, then check it again.',
  },
  'repository-locked': {
    title: 'Another program holds the repository locked',
    status: 409,
    exit: exitCodes.failed,
    hint: 'Wait until it has finished. If no restic runs anywhere, run: restic unlock',
  },
} as const satisfies ErrorGroup;
